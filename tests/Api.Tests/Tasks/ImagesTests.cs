using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Api.Tests.Tasks;

/// <summary>POST /v1/images/generations and /v1/images/edits.</summary>
public sealed class ImagesTests(ModalGateway fixture) : IClassFixture<ModalGateway>
{
    private const string Draw = "images/generations";
    private const string Edit = "images/edits";

    [Fact]
    public async Task Images_are_sold_by_the_piece_that_was_delivered()
    {
        fixture.Answers(Draw, Made(Samples.Png(64, 32), Samples.Png(64, 32)));
        var two = await DrawAsync(""" "prompt":"a cat","n":2,"size":"64x32","quality":"high" """);
        var receipt = await fixture.ReceiptAsync(two);
        var fewer = await DrawAsync(""" "prompt":"a cat","n":5 """);
        var one = await DrawAsync(""" "prompt":"a cat" """);

        Assert.Equal(2, two.Json["data"]!.AsArray().Count);
        Assert.Equal(Convert.ToBase64String(Samples.Png(64, 32)), (string?)two.Json["data"]![0]!["b64_json"]);
        Assert.Equal(("64x32", "png", 80_000_000, 2), (
            (string)two.Json["size"]!, (string)two.Json["output_format"]!,
            (long)two.Json["usage"]!["cost_nusd"]!, (int)two.Json["usage"]!["images"]!));
        Assert.Equal((2, 80_000_000), ((int)receipt["usage"]!["images"]!, (long)receipt["charge_nusd"]!));
        Assert.Equal(80_000_000, (long)fewer.Json["usage"]!["cost_nusd"]!);
        Assert.Equal((1, 40_000_000), (
            one.Json["data"]!.AsArray().Count, (long)one.Json["usage"]!["cost_nusd"]!));
    }

    [Fact]
    public async Task The_expert_is_always_asked_for_data_and_addresses_are_data_too()
    {
        fixture.Answers(Draw, Made(Samples.WebP(8, 8)));
        var answer = await DrawAsync(""" "prompt":"a cat","n":1,"response_format":"url","output_format":"webp" """);

        Assert.Equal("data:image/webp;base64," + Convert.ToBase64String(Samples.WebP(8, 8)),
            (string?)answer.Json["data"]![0]!["url"]);
        var sent = JsonNode.Parse(fixture.Miner.Calls[^1].Body.Span)!;
        Assert.Equal(("b64_json", 1, "webp"), (
            (string)sent["response_format"]!, (int)sent["n"]!, (string)sent["output_format"]!));
    }

    [Fact]
    public async Task An_image_of_another_size_or_format_or_none_is_no_answer_and_free()
    {
        var before = await fixture.ChargedAsync();
        fixture.Answers(Draw, Made(Samples.Png(64, 64)));
        var size = await DrawAsync(""" "prompt":"a cat","size":"1024x1024" """);
        var format = await DrawAsync(""" "prompt":"a cat","output_format":"jpeg" """);
        fixture.Answers(Draw, """{"data":[{"url":"https://example.org/cat.png"}]}""");
        var address = await DrawAsync(""" "prompt":"a cat" """);
        fixture.Answers(Draw, Made("<svg/>"u8.ToArray()));
        var text = await DrawAsync(""" "prompt":"a cat" """);
        fixture.Answers(Draw, Made(Samples.Png(10_000, 10_000)));
        var bomb = await DrawAsync(""" "prompt":"a cat" """);

        Assert.All([size, format, address, text, bomb],
            answer => Assert.Equal((502, "all_experts_failed", null), answer.Refusal));
        Assert.Equal(before, await fixture.ChargedAsync());
    }

    [Theory]
    [InlineData(""" "n":1 """, "missing_required_parameter", "prompt")]
    [InlineData(""" "prompt":"" """, "invalid_value", "prompt")]
    [InlineData(""" "prompt":"x","n":0 """, "invalid_value", "n")]
    [InlineData(""" "prompt":"x","n":11 """, "invalid_value", "n")]
    [InlineData(""" "prompt":"x","n":"2" """, "invalid_type", "n")]
    [InlineData(""" "prompt":"x","N":9 """, "unknown_parameter", "N")]
    [InlineData(""" "prompt":"x","size":"big" """, "invalid_value", "size")]
    [InlineData(""" "prompt":"x","size":"16384x16384" """, "invalid_value", "size")]
    [InlineData(""" "prompt":"x","output_format":"gif" """, "invalid_value", "output_format")]
    [InlineData(""" "prompt":"x","response_format":"file" """, "invalid_value", "response_format")]
    [InlineData(""" "prompt":"x","stream":true """, "unsupported_parameter", "stream")]
    [InlineData(""" "prompt":"x","partial_images":2 """, "unsupported_parameter", "partial_images")]
    [InlineData(""" "prompt":"x","n":10,"max_cost":0.39 """, "max_cost_too_low", "max_cost")]
    public async Task A_wrong_field_is_refused_by_its_name(string fields, string code, string param) =>
        Assert.Equal((400, code, param), (await DrawAsync(fields)).Refusal);

    [Fact]
    public async Task An_edit_sends_its_images_and_mask_on_under_names_of_ours()
    {
        fixture.Answers(Edit, Made(Samples.Png(32, 32)));
        var answer = await EditAsync(
            ("image", Samples.Png(32, 32)), ("mask", Samples.Png(32, 32)), ("prompt", "a hat"), ("n", "1"));
        var form = Encoding.Latin1.GetString(fixture.Miner.Calls[^1].Body.Span);
        var several = await EditAsync(
            ("image[]", Samples.Png(32, 32)), ("image[]", Samples.Jpeg(9, 9)), ("prompt", "a hat"));
        var many = Encoding.Latin1.GetString(fixture.Miner.Calls[^1].Body.Span);

        Assert.Equal((200, 40_000_000), (answer.Status, (long)answer.Json["usage"]!["cost_nusd"]!));
        Assert.Contains("name=\"image\"; filename=\"image.png\"\r\nContent-Type: image/png\r\n", form,
            StringComparison.Ordinal);
        Assert.Contains("name=\"mask\"; filename=\"image.png\"", form, StringComparison.Ordinal);
        Assert.DoesNotContain("evil", form, StringComparison.Ordinal);
        Assert.Equal(200, several.Status);
        Assert.Contains("name=\"image[]\"; filename=\"image.jpeg\"\r\nContent-Type: image/jpeg\r\n", many,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mask_of_another_size_and_what_is_no_image_are_refused()
    {
        var mask = await EditAsync(
            ("image", Samples.Png(32, 32)), ("mask", Samples.Png(32, 31)), ("prompt", "a hat"));
        var none = await EditAsync(("prompt", "a hat"));
        var sound = await EditAsync(("image", Samples.Wav(10)), ("prompt", "a hat"));
        var bomb = await EditAsync(("image", Samples.Png(50_000, 50_000)), ("prompt", "a hat"));
        var field = await EditAsync(("image", "https://example.org/a.png"), ("prompt", "a hat"));
        var silent = await EditAsync(("image", Samples.Png(32, 32)));
        var number = await EditAsync(("image", Samples.Png(32, 32)), ("prompt", "a hat"), ("n", "1e1"));

        Assert.Equal((400, "invalid_value", "mask"), mask.Refusal);
        Assert.Equal((400, "missing_required_parameter", "image"), none.Refusal);
        Assert.Equal((400, "invalid_value", "image"), sound.Refusal);
        Assert.Equal((400, "invalid_value", "image"), bomb.Refusal);
        Assert.Equal((400, "invalid_type", "image"), field.Refusal);
        Assert.Equal((400, "missing_required_parameter", "prompt"), silent.Refusal);
        Assert.Equal((400, "invalid_value", "n"), number.Refusal);
    }

    private Task<ModalAnswer> DrawAsync(string fields) =>
        fixture.PostAsync(Draw, $$"""{"model":"{{ModalGateway.Painter}}",{{fields}}}""");

    private Task<ModalAnswer> EditAsync(params (string Name, object Value)[] fields) =>
        fixture.PostFormAsync(Edit, [("model", ModalGateway.Painter), .. fields]);

    private static string Made(params byte[][] images) =>
        $$"""{"created":1,"data":[{{string.Join(',', images.Select(image =>
            $$"""{"b64_json":"{{Convert.ToBase64String(image)}}"}"""))}}]}""";
}
