using System.Text;
using Gateway.Api.Files;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Tests.Content;

public sealed class UploadFormTests
{
    private const string Type = "multipart/form-data; boundary=\"b\"";

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
            var parts = UploadForm.Read(
                Type, await form.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));

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
                UploadForm.Read(Type, bytes.AsMemory(0, random.Next(bytes.Length + 1)));
            }
            catch (RefusedException refused)
            {
                Assert.Equal(400, refused.Error.Status);
            }
        }
    }
}
