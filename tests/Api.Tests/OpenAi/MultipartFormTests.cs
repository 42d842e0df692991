using System.Text;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Tests.OpenAi;

public sealed class MultipartFormTests
{
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
    public void Another_type_is_refused(string? type)
    {
        var refused = Assert.Throws<RefusedException>(() => MultipartForm.Read("--b--"u8.ToArray(), type));
        Assert.Equal(415, refused.Error.Status);
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

    private static IReadOnlyList<FormPart> Read(string body) =>
        MultipartForm.Read(Encoding.Latin1.GetBytes(body), Type);
}
