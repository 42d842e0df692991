using Microsoft.Extensions.Time.Testing;

namespace Gateway.Core.Tests;

public sealed class IdTests
{
    private const string Digits = "0190163d8694739b8aaaf1d5a32ff1e7";

    [Fact]
    public void An_id_is_a_prefix_and_32_hex_digits()
    {
        Assert.True(OrgId.TryParse("org_" + Digits, out var org));
        Assert.Equal("org_" + Digits, org.ToString());
        Assert.True(KeyId.TryParse("key_" + Digits, out var key));
        Assert.Equal("key_" + Digits, key.ToString());
        Assert.True(RequestId.TryParse("req_" + Digits, out var request));
        Assert.Equal("req_" + Digits, request.ToString());
    }

    [Fact]
    public void A_requests_id_is_a_uuid_of_version_7_at_the_clocks_time()
    {
        var time = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(0x0123_4567_89AB));

        var ids = Enumerable.Range(0, 100).Select(_ => RequestId.Create(time).Value).ToList();

        Assert.All(ids, id => Assert.Equal((7, true), (id.Version, id.Variant is >= 8 and <= 11)));
        Assert.All(ids, id => Assert.StartsWith("0123456789ab", id.ToString("N"), StringComparison.Ordinal));
        Assert.Equal(100, ids.Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("org_")]
    [InlineData(Digits)]
    [InlineData("key_" + Digits)]
    [InlineData("ORG_" + Digits)]
    [InlineData("org_" + Digits + "0")]
    [InlineData("org_0190163D8694739B8AAAF1D5A32FF1E7")]
    [InlineData("org_0190163d-8694-739b-8aaa-f1d5a32ff1e7")]
    [InlineData("org_0190163d8694739b8aaaf1d5a32ff1e")]
    [InlineData("org_0190163d8694739b8aaaf1d5a32ff1eg")]
    [InlineData(" org_" + Digits)]
    public void Any_other_text_is_no_organisation(string text)
    {
        Assert.False(OrgId.TryParse(text, out var id));
        Assert.Equal(default, id);
    }

    [Fact]
    public void Later_ids_sort_after_earlier_ones_and_no_two_are_equal()
    {
        var time = new FakeTimeProvider(new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var ids = new List<string>();
        for (var i = 0; i < 100; i++)
        {
            ids.Add(RequestId.Create(time).ToString());
            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.Equal(ids.Count, ids.Distinct().Count());
        Assert.NotEqual(OrgId.Create(time), OrgId.Create(time));
        Assert.NotEqual(KeyId.Create(time), KeyId.Create(time));
    }

    [Theory]
    [InlineData("llama-3.3-70b", true)]
    [InlineData("~!a/b:c", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("é", false)]
    [InlineData("a\n", false)]
    public void A_models_name_is_printable_ASCII(string text, bool valid) => Assert.Equal(valid, ModelId.IsValid(text));

    [Fact]
    public void A_models_name_has_a_longest_length()
    {
        Assert.True(ModelId.IsValid(new string('m', ModelId.MaxLength)));
        Assert.False(ModelId.IsValid(new string('m', ModelId.MaxLength + 1)));
    }

    [Fact]
    public void A_usage_totals_input_and_output_without_wrapping()
    {
        Assert.Equal(7, new Usage(4, 1, 3, 2).Total);
        Assert.Throws<OverflowException>(() => new Usage(long.MaxValue, 0, 1, 0).Total);
    }

    [Fact]
    public void Names_have_their_text()
    {
        Assert.Equal("4", new NetUid(4).ToString());
        Assert.Equal("5Grw", new Hotkey("5Grw").ToString());
        Assert.Equal("", default(Hotkey).ToString());
        Assert.Equal("auto", ModelId.Auto.ToString());
    }
}
