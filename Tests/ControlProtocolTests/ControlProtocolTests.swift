// Tests of ControlProtocol.
