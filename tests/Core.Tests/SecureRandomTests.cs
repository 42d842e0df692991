namespace Gateway.Core.Tests;

public sealed class SecureRandomTests
{
    [Fact]
    public async Task No_bytes_are_handed_out_twice()
    {
        // Sizes that do not divide the stock, on several threads.
        var drawn = await Task.WhenAll(Enumerable.Range(9, 8).Select(size => Task.Run(() => Draw(size))));

        var all = drawn.SelectMany(texts => texts).ToList();
        Assert.Equal(all.Count, all.Distinct().Count());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1024)]
    [InlineData(5000)]
    public void Any_length_is_filled_to_its_end(int length)
    {
        var bytes = new byte[length];

        SecureRandom.Fill(bytes);

        // Thirty-two zeros in a row would be a wonder.
        Assert.True(length == 0 || bytes[^32..].Any(value => value != 0));
    }

    private static List<string> Draw(int size)
    {
        var bytes = new byte[size];
        var texts = new List<string>();
        for (var i = 0; i < 1000; i++)
        {
            SecureRandom.Fill(bytes);
            texts.Add(Convert.ToHexString(bytes));
        }

        return texts;
    }
}
