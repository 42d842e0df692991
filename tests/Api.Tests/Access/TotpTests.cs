using Gateway.Api.Access;

namespace Gateway.Api.Tests.Access;

public sealed class TotpTests
{
    private static readonly byte[] Secret = "12345678901234567890"u8.ToArray();

    /// <summary>RFC 6238, appendix B, its last six digits.</summary>
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void The_codes_of_the_standard_come_out(long seconds, string code) =>
        Assert.Equal(code, Totp.Code(Secret, Totp.StepOf(DateTimeOffset.FromUnixTimeSeconds(seconds))));

    [Fact]
    public void A_code_counts_one_step_early_or_late_and_never_twice()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1234567890);
        var step = Totp.StepOf(now);
        Assert.Null(Totp.Match(Secret, Totp.Code(Secret, step - 2), now, 0));
        Assert.Equal(step - 1, Totp.Match(Secret, Totp.Code(Secret, step - 1), now, 0));
        Assert.Equal(step + 1, Totp.Match(Secret, Totp.Code(Secret, step + 1), now, step));
        Assert.Null(Totp.Match(Secret, Totp.Code(Secret, step), now, step));
        Assert.Null(Totp.Match(Secret, "", now, 0));
    }

    /// <summary>RFC 4648, section 10, without padding.</summary>
    [Theory]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Secrets_are_written_in_base32(string text, string expected) =>
        Assert.Equal(expected, Totp.ToText(System.Text.Encoding.ASCII.GetBytes(text)));

    [Theory]
    [InlineData("eleven char", false)]
    [InlineData("password1234", false)]
    [InlineData("Passwordpassword!", false)]
    [InlineData("123456789012", false)]
    [InlineData("aaaaaaaaaaaaa", false)]
    [InlineData("ada.lovelace1", false)]
    [InlineData("four quiet herons", true)]
    [InlineData("482910475830", true)]
    public void Passwords_are_long_and_not_everybodys(string password, bool isTaken) =>
        Assert.Equal(isTaken, PasswordRules.Problem(password, "ada.lovelace@example.org") is null);
}
