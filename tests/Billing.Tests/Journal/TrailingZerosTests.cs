namespace Gateway.Billing.Tests.Journals;

public sealed class TrailingZerosTests
{
    private const int Page = 4096;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 2 * Page)]
    [InlineData(Page - 1, 2 * Page)]
    [InlineData(Page, 2 * Page)]
    [InlineData(Page + 1, 3 * Page)]
    [InlineData((16 * Page) - 3, 16 * Page)]
    [InlineData(16 * Page, 16 * Page)]
    public void A_file_keeps_a_page_behind_its_last_byte_for_a_record_that_ends_in_zeros(int used, int kept)
    {
        var file = Path.GetTempFileName();
        var bytes = new byte[16 * Page];
        bytes.AsSpan(0, used).Fill(7);
        File.WriteAllBytes(file, bytes);

        Assert.Equal(kept, TrailingZeros.Cut(file));

        Assert.Equal(bytes[..kept], File.ReadAllBytes(file));
        File.Delete(file);
    }
}
