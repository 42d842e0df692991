using Microsoft.Playwright;

namespace Gateway.Portal.Tests;

/// <summary>The playground's modes, with and without scripts.</summary>
[Trait("Needs", "browser")]
public sealed class PlaygroundTests(ScriptedPortal portal) : IClassFixture<ScriptedPortal>
{
    private const string Question = "What is 12 * 34?";

    [Fact]
    public async Task Three_answers_stand_side_by_side_each_with_its_cost_and_its_request()
    {
        var page = await OpenAsync("compare");
        await page.SelectOptionAsync("#target-3", new SelectOptionValue { Index = 3 });
        await page.FillAsync("#prompt", Question);
        await page.Locator("#cost:has-text('at most')").WaitForAsync();
        await page.ClickAsync("#send");
        foreach (var id in (string[])["after", "after-1", "after-2"])
        {
            await page.Locator($"#{id} a").WaitForAsync();
        }

        var requests = await page.Locator(".after a").EvaluateAllAsync<string[]>("all => all.map(one => one.href)");
        Assert.Equal(3, requests.Distinct().Count());
        Assert.All(await page.Locator("[data-lane] .answer").AllTextContentsAsync(), text => Assert.NotEmpty(text));
        Assert.Equal("auto", await page.Locator("[data-lane='0'] h2").TextContentAsync());
        await Pictures.TakeAsync(page, "playground-compare");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task What_is_stopped_costs_what_came_and_is_found_again()
    {
        var page = await OpenAsync("chat");
        await page.SelectOptionAsync("#model", ScriptedPortal.Chat);
        await page.FillAsync("#prompt", ScriptedPortal.Hanging);
        await page.Locator("#send:enabled").WaitForAsync();
        await page.ClickAsync("#send");
        await page.Locator("#answer:has-text('first words')").WaitForAsync();
        await page.ClickAsync("#stop");
        await page.Locator("#after:has-text('Stopped')").WaitForAsync();
        await page.Locator("#send:enabled").WaitForAsync();
        Assert.True(await page.Locator("#stop").IsHiddenAsync());

        // Its receipt is written when the gateway has seen that nobody listens any more.
        var request = await page.Locator("#after a").GetAttributeAsync("href");
        for (var isThere = false; !isThere;)
        {
            var answer = await page.GotoAsync(request!);
            isThere = answer!.Ok;
        }

        await page.Locator(".tag.good:has-text('checked on the server')").WaitForAsync();
        Assert.Equal(0, await page.Locator(".figure .n:text-is('$0.000000')").CountAsync());
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_picture_is_drawn_and_shown_from_its_own_bytes()
    {
        var page = await OpenAsync("image");
        await page.FillAsync("#prompt", "a white dot");
        await page.Locator("#send:enabled").WaitForAsync();
        await page.ClickAsync("#send");
        await page.Locator("#after a").WaitForAsync();
        Assert.Equal(1, await page.Locator("#answer img").EvaluateAsync<int>("one => one.naturalWidth"));
        Assert.Contains("cost $0.04", await page.Locator("#after").TextContentAsync(), StringComparison.Ordinal);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_file_that_is_too_large_or_of_another_kind_is_not_sent()
    {
        var page = await OpenAsync("transcription");
        await page.SetInputFilesAsync("#file", new FilePayload
        {
            Name = "words.txt",
            MimeType = "text/plain",
            Buffer = new byte[1],
        });
        await page.Locator("#problem:has-text('another kind')").WaitForAsync();
        Assert.True(await page.Locator("#send").IsDisabledAsync());
        await page.Locator("#file").EvaluateAsync("one => { one.dataset.most = '1000'; }");
        await page.SetInputFilesAsync("#file", new FilePayload
        {
            Name = "long.wav",
            MimeType = "audio/wav",
            Buffer = new byte[2000],
        });
        await page.Locator("#problem:has-text('larger than')").WaitForAsync();
        Assert.True(await page.Locator("#send").IsDisabledAsync());
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Embeddings_come_with_their_cost_and_code_that_is_what_was_sent()
    {
        var page = await OpenAsync("embeddings");
        await page.FillAsync("#prompt", "north\nsouth");
        var sent = await page.RunAndWaitForRequestAsync(
            () => page.ClickAsync("#send"),
            request => request.Url.EndsWith("/v1/embeddings", StringComparison.Ordinal));
        await page.Locator("#after a").WaitForAsync();

        Assert.Contains("256", await page.Locator("#answer").TextContentAsync(), StringComparison.Ordinal);
        Assert.Contains("\"north\"", sent.PostData, StringComparison.Ordinal);
        var code = await page.Locator("#code-panel code").TextContentAsync();
        var body = await page.EvaluateAsync<string>(
            """
            text => JSON.stringify(JSON.parse(text.slice(text.indexOf("-d '") + 4, text.lastIndexOf("'"))))
            """, code);
        Assert.Equal(sent.PostData, body);
        await page.ClickAsync("#tab-python");
        await page.Locator("#code-panel code:has-text('client.post')").WaitForAsync();
        await Pictures.TakeAsync(page, "playground-embeddings");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task A_field_that_is_no_json_is_told_before_anything_is_sent()
    {
        var page = await OpenAsync("chat");
        await page.FillAsync("#prompt", Question);
        await page.ClickAsync("summary:has-text('Tools')");
        await page.FillAsync("#tools", "[{");
        await page.Locator("#problem:has-text('tools')").WaitForAsync();
        Assert.True(await page.Locator("#send").IsDisabledAsync());
        await page.FillAsync("#tools", "");
        await page.Locator("#send:enabled").WaitForAsync();
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("compare")]
    [InlineData("rerank")]
    public async Task Without_scripts_the_answer_comes_whole(string mode)
    {
        var page = await OpenAsync(mode, scripts: false);
        await page.FillAsync("#prompt", Question);
        if (mode == "rerank")
        {
            await page.FillAsync("#documents", "twelve times thirty-four\na boat on the river");
        }

        await page.ClickAsync("#send");
        await page.Locator("#after a").WaitForAsync();
        Assert.NotEmpty((await page.Locator("#answer").TextContentAsync())!);
        Assert.Equal(Question, await page.Locator("#prompt").InputValueAsync());
        var asked = await page.Locator("#code-panel code").TextContentAsync();
        Assert.Contains("\"model\"", asked, StringComparison.Ordinal);
        await Pictures.TakeAsync(page, $"playground-plain-{mode}");
        await page.ClickAsync("#after a");
        await page.Locator(".tag.good:has-text('checked on the server')").WaitForAsync();
        await page.Context.CloseAsync();
    }

    private async Task<IPage> OpenAsync(string mode, bool scripts = true)
    {
        var page = await portal.Browser.OpenAsync(scripts: scripts);
        await portal.Browser.SignInAsync(page);
        await page.GotoAsync($"/playground?mode={mode}");
        return page;
    }
}
