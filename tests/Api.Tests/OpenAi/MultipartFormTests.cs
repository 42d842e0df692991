using System.Text;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Tests.OpenAi;

public sealed class MultipartFormTests
{
    private const string Quoted = "multipart/form-data; boundary=\"b\"";
    private const string Type = "multipart/form-data; boundary=b";
    private const string Field = "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1";

    [Fact]
    public void Fields_and_files_come_as_they_are()
    {
        var body = Field + "\r\n--b\r\ncontent-disposition: form-data; name=f; filename=\"x\"; filename*=UTF-8''x\r\n"
            + "Content-Type: text/html\r\n\r\n\r\n--c\0\r\n\r\n--b--\r\n";
        var parts = Read(body);

        Assert.Equal([("a", false, "1"), ("f", true, "\r\n--c\0\r\n")],
            parts.Select(part => (part.Name, part.IsFile, Encoding.Latin1.GetString(part.Content.Span))));
    }

    [Fact]
    public void A_form_without_fields_is_one() => Assert.Empty(Read("--b--\r\n"));

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("--b")]
    [InlineData("--b\r\n")]
    [InlineData(Field)]
    [InlineData(Field + "\r\n--b")]
    [InlineData(Field + "\r\n--bc--")]
    [InlineData(Field + "\r\n--b--\r\nsmuggled")]
    [InlineData("preamble\r\n" + Field + "\r\n--b--")]
    [InlineData("--b\r\n\r\n1\r\n--b--")]
    [InlineData("--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--")]
    [InlineData("--b\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--b--")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n1\r\n--b--")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=\"a b\"\r\n\r\n1\r\n--b--")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\n1\r\n--b--")]
    [InlineData("--b\r\nno colon\r\n\r\n1\r\n--b--")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b\r\n\r\n"
        + "1\r\n--b--")]
    [InlineData("--b\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\n1\r\n--b--")]
    public void What_two_readers_could_read_differently_is_refused(string body)
    {
        var refused = Assert.Throws<RefusedException>(() => Read(body));
        Assert.Equal(400, refused.Error.Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/mixed; boundary=b")]
    [InlineData("multipart/form-data; boundary=")]
    [InlineData("multipart/form-data; boundary=\"a b\"")]
    [InlineData("multipart/form-data; boundary=a; boundary=b")]
    [InlineData("multipart/form-data; boundary=0123456789012345678901234567890123456789012345678901234567890123456789"
        + "0")]
    public void A_type_without_one_boundary_is_refused(string? type)
    {
        var refused = Assert.Throws<RefusedException>(() => MultipartForm.Read(type, "--b--"u8.ToArray()));
        Assert.Equal(400, refused.Error.Status);
    }

    [Fact]
    public void Parts_and_heads_are_bounded()
    {
        var many = string.Concat(Enumerable.Repeat(Field + "\r\n", 65)) + "--b--";
        var head = "--b\r\nContent-Disposition: form-data; name=a; filename=\"" + new string('x', 5000)
            + "\"\r\n\r\n1\r\n--b--";

        Assert.Throws<RefusedException>(() => Read(many));
        Assert.Throws<RefusedException>(() => Read(head));
    }

    [Fact]
    public async Task A_form_is_read_as_dotnets_client_writes_it_whatever_its_files_hold()
    {
        var random = new Random(11);
        for (var round = 0; round < 50; round++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            using var form = new MultipartFormDataContent("b");
            form.Add(new StringContent("batch"), "purpose");
            form.Add(new ByteArrayContent(bytes), "file", "x y.jsonl");
            var parts = MultipartForm.Read(
                Quoted, await form.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));

            Assert.Equal(["purpose", "file"], parts.Select(part => part.Name));
            Assert.Equal([null, "x y.jsonl"], parts.Select(part => part.FileName));
            Assert.Equal(bytes, parts[1].Content.ToArray());
        }
    }

    [Fact]
    public void Any_bytes_raise_nothing_but_the_refusal()
    {
        const string Whole = "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\n\r\nx\r\n--b--\r\n";
        var random = new Random(12);
        for (var round = 0; round < 5_000; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(Whole);
            for (var i = random.Next(4); i >= 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            try
            {
                MultipartForm.Read(Quoted, bytes.AsMemory(0, random.Next(bytes.Length + 1)));
            }
            catch (RefusedException refused)
            {
                Assert.Equal(400, refused.Error.Status);
            }
        }
    }

    private static List<FormPart> Read(string body) =>
        MultipartForm.Read(Type, Encoding.Latin1.GetBytes(body));
}
