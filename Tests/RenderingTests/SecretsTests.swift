import Records
import TestSupport
import Testing

@testable import Rendering

@Suite struct SecretsTests {
  /// The reference vectors of the SipHash paper's implementation: key 00…0f, input 00, 01, ….
  @Test func sipHashMatchesItsReference() {
    let (k0, k1): (UInt64, UInt64) = (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)
    let known: [(Int, UInt64)] = [
      (0, 0x726f_db47_dd0e_0e31), (1, 0x74f8_39c5_93dc_67fd), (7, 0xab02_00f5_8b01_d137),
      (8, 0x93f5_f579_9a93_2462), (15, 0xa129_ca61_49be_45e5), (16, 0x3f2a_cc7f_57c2_9bdb),
    ]
    for (length, hash) in known {
      let bytes = (0..<length).map { UInt8($0) }
      let result = SipHash.hash(bytes.lent, k0: k0, k1: k1)
      #expect(result == hash, "\(length)")
    }
  }

  private func hides(_ key: String, _ secrets: inout Secrets) -> Bool {
    secrets.hides(valuesOf: Array(key.utf8).lent)
  }

  @Test(arguments: [
    "password", "Password", "PASSWORD", "user_password", "turnPassword", "password2",
    "passwordHash", "my.passwd", "passphrase", "secret", "clientSecret", "sharedsecret", "token",
    "X-Auth-Token", "accessToken", "tokens", "auth", "Auth", "authorization", "proxy-authorization",
    "apikey", "apiKey", "api_key", "api-key", "APIKey", "access_key", "accessKeyId", "privateKey",
    "private key", "credential", "credentials", "cookie", "Set-Cookie", "pwd", "ice-pwd", "icePwd",
    "db_pwd1", "jwt", "pass\0word", "pass\u{e9}word", "x\tpassword",
  ])
  func credentialsAreKnown(key: String) {
    var secrets = hiding()
    #expect(hides(key, &secrets))
    #expect(hides(key, &secrets), "the second time it is remembered")
  }

  @Test(arguments: [
    "", "type", "author", "authentic", "passive", "bypass-count", "compass", "room", "peerName",
    "code", "reason", "session", "sessionId", "keyframe", "key", "upwd", "monkey", "ssrc", "::",
  ])
  func otherKeysAreNot(key: String) {
    var secrets = hiding()
    #expect(!hides(key, &secrets))
    #expect(!hides(key, &secrets))
  }

  @Test func theListCanBeChanged() {
    var secrets = Secrets(
      keys: SecretKeys(["pin", "*room*", "", "**"]), tokenKey: TokenKey(low: 0, high: 0))
    #expect(hides("userPin", &secrets))
    #expect(hides("PIN", &secrets))
    #expect(hides("bedrooms", &secrets))
    #expect(!hides("spinning", &secrets))
    #expect(!hides("password", &secrets))
    var shown = Secrets(shows: true, tokenKey: TokenKey(low: 0, high: 0))
    #expect(!hides("password", &shown))
  }

  /// More keys than are remembered, asked about again and again, are judged alike.
  @Test func rememberedVerdictsAreRight() {
    var secrets = hiding()
    for _ in 0..<3 {
      for index in 0..<1000 {
        #expect(hides("key\(index)", &secrets) == false)
        #expect(hides("token\(index)", &secrets) == true)
      }
    }
  }

  /// Keys of all lengths that differ in one byte only do not pass for each other.
  @Test func alikeKeysAreToldApart() {
    var secrets = hiding()
    for length in 6...40 {
      for place in 0...(length - 6) {
        let plain = [Character](repeating: ".", count: length)
        let secret = plain[..<place] + "passwd" + plain[(place + 6)...]
        let other = plain[..<place] + "passwt" + plain[(place + 6)...]
        for _ in 0..<2 {
          #expect(hides(String(secret), &secrets))
          #expect(!hides(String(other), &secrets))
        }
      }
    }
  }

  @Test func tokensAreStableAndTellNothing() {
    let value = Array("hunter2".utf8)
    let one = hiding().token(of: value.lent)
    let again = hiding().token(of: value.lent)
    let other = hiding(key: 99).token(of: value.lent)
    let different = hiding().token(of: Array("hunter3".utf8).lent)
    #expect(one == again)
    #expect(one != other)
    #expect(one != different)
    #expect(one.wholeMatch(of: /<hidden:[0-9a-f]{8}>/) != nil)
    #expect(TokenKey(text: "mine") == TokenKey(text: "mine"))
    #expect(TokenKey(text: "mine") != TokenKey(text: "yours"))
    #expect(TokenKey(text: "") != TokenKey(text: "\0"))
  }

  /// A secret shows in no output while secrets are hidden, and in every one while they are shown.
  @Test(arguments: [false, true])
  func hiddenValuesShowNowhere(shows: Bool) {
    let output = CollectingOutput()
    let sinks = everyRenderer(hiding(showing: shows), output)
    for sink in sinks {
      var message = sampleMessage()
      message.parameter("pwd", "Sw0rdfish")
      message.parameter("X-Auth-Token", "Sw0rdfish")
      message.line(Array("Sw0rdfish".utf8))
      message.give(to: sink)
      var diagnostic = SampleDiagnostic()
      diagnostic.record.identity = sampleIdentity()
      diagnostic.record.excerpt = diagnostic.pool.add("Sw0rdfish")
      diagnostic.give(to: sink)
    }
    flush(sinks)
    #expect(output.text.contains("Sw0rdfish") == shows)
    let value = Array("Sw0rdfish".utf8)
    let token = hiding().token(of: value.lent)
    #expect(output.text.contains(token) == !shows)
  }
}
