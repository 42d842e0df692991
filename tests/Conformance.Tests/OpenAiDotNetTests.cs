using System.ClientModel;
using OpenAI;
using OpenAI.Chat;

namespace Gateway.Conformance.Tests;

/// <summary>The OpenAI package for .NET, unmodified.</summary>
public sealed class OpenAiDotNetTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    private const string Answer = "408";

    private static readonly ChatMessage[] Question = [new UserChatMessage("What is 12 * 34?")];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Chat_answers_whole()
    {
        var client = Client().GetChatClient(RunningGateway.Model);
        ChatCompletion answer = await client.CompleteChatAsync(Question, null, Token);

        Assert.Contains(Answer, answer.Content[0].Text, StringComparison.Ordinal);
        Assert.Equal(ChatFinishReason.Stop, answer.FinishReason);
        Assert.True(answer.Usage.InputTokenCount > 0 && answer.Usage.OutputTokenCount > 0);
        Assert.Equal(answer.Usage.TotalTokenCount, answer.Usage.InputTokenCount + answer.Usage.OutputTokenCount);
    }

    [Fact]
    public async Task Chat_streams_with_usage_at_the_end()
    {
        var text = "";
        var finish = default(ChatFinishReason?);
        var usages = new List<ChatTokenUsage>();
        var chat = Client().GetChatClient(RunningGateway.Model);
        await foreach (var update in chat.CompleteChatStreamingAsync(Question, null, Token))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
            finish ??= update.FinishReason;
            if (update.Usage is not null)
            {
                usages.Add(update.Usage);
            }
        }

        Assert.Contains(Answer, text, StringComparison.Ordinal);
        Assert.Equal(ChatFinishReason.Stop, finish);
        Assert.True(Assert.Single(usages).OutputTokenCount > 0);
    }

    [Fact]
    public async Task Models_are_listed()
    {
        var models = await Client().GetOpenAIModelClient().GetModelsAsync(Token);

        Assert.Contains(models.Value, model => model.Id == RunningGateway.Model);
    }

    [Fact]
    public async Task An_unknown_model_is_an_error_with_status_404()
    {
        var failure = await Assert.ThrowsAsync<ClientResultException>(
            () => Client().GetChatClient("no-such-model").CompleteChatAsync(Question, null, Token));

        Assert.Equal(404, failure.Status);
    }

    private OpenAIClient Client() => new(
        new ApiKeyCredential(gateway.Process.ApiKey),
        new OpenAIClientOptions { Endpoint = gateway.Process.BaseUrl });
}
