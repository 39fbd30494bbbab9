import ArgumentParser

/// The options that every command about traffic has, as typed.
struct SharedOptions: ParsableArguments {
  @OptionGroup(title: "Input") var input: InputOptions
  @OptionGroup(title: "Live capture") var live: LiveOptionGroup
  @OptionGroup(title: "Keeping packets") var keeping: KeepingOptions
  @OptionGroup(title: "Protocol") var `protocol`: ProtocolOptions
  @OptionGroup(title: "Output") var output: OutputOptions
  @OptionGroup(title: "Privacy") var privacy: PrivacyOptions
  @OptionGroup(title: "Limits") var limits: LimitOptions
}
