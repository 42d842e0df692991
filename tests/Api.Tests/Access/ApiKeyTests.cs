using System.Text.RegularExpressions;
using Gateway.Api.Access;

namespace Gateway.Api.Tests.Access;

public sealed partial class ApiKeyTests
{
    [Theory]
    [InlineData(KeyKind.Api, "gw-", 39)]
    [InlineData(KeyKind.Admin, "gw-admin-", 45)]
    internal void A_new_key_is_whole_and_matches_the_published_pattern(KeyKind kind, string prefix, int length)
    {
        for (var i = 0; i < 1000; i++)
        {
            var key = ApiKey.Create(kind);

            Assert.StartsWith(prefix, key, StringComparison.Ordinal);
            Assert.Equal(length, key.Length);
            Assert.Matches(Published(), key);
            Assert.True(ApiKey.IsWellFormed(key));
        }
    }

    [Fact]
    public void Any_one_wrong_character_is_noticed()
    {
        var key = ApiKey.Create(KeyKind.Api);
        for (var at = 0; at < key.Length; at++)
        {
            foreach (var other in "0Aaz-! é")
            {
                if (key[at] != other)
                {
                    var typo = string.Concat(key.AsSpan(0, at), other.ToString(), key.AsSpan(at + 1));
                    Assert.False(ApiKey.IsWellFormed(typo), $"position {at}, '{other}'");
                }
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("gw-")]
    [InlineData("gw-admin-")]
    [InlineData("sk-000000000000000000000000000000000000")]
    [InlineData("gw-000000000000000000000000000000000000")]
    public void What_is_no_key_is_refused(string text) => Assert.False(ApiKey.IsWellFormed(text));

    [Fact]
    public void Swapped_characters_and_other_lengths_are_refused()
    {
        var key = ApiKey.Create(KeyKind.Api);

        Assert.False(ApiKey.IsWellFormed(key + "0"));
        Assert.False(ApiKey.IsWellFormed(key.AsSpan()[..^1]));
        Assert.False(ApiKey.IsWellFormed(" " + key));
        Assert.False(ApiKey.IsWellFormed(key.Replace("gw-", "gw-admin-", StringComparison.Ordinal)));
    }

    [GeneratedRegex("^gw-(admin-)?[0-9A-Za-z]{36}$")]
    private static partial Regex Published();
}
