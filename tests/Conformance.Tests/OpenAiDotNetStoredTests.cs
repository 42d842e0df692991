using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text.Json.Nodes;
using OpenAI;
using OpenAI.Batch;
using OpenAI.Files;
using OpenAI.Responses;

namespace Gateway.Conformance.Tests;

#pragma warning disable OPENAI001 // The package calls its batches and responses experimental.

/// <summary>The OpenAI package for .NET, unmodified, at what is stored: files, batches, responses.</summary>
public sealed class OpenAiDotNetStoredTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    private const string Question = "What is 12 * 34?";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private OpenAIClient Client => new(
        new ApiKeyCredential(gateway.Process.ApiKey),
        new OpenAIClientOptions { Endpoint = gateway.Process.BaseUrl });

    [Fact]
    public async Task Files_are_uploaded_listed_read_and_deleted()
    {
        var files = Client.GetOpenAIFileClient();
        var content = BinaryData.FromString("some notes");
        OpenAIFile file = await files.UploadFileAsync(content, "notes.txt", FileUploadPurpose.UserData);

        OpenAIFile read = await files.GetFileAsync(file.Id, Token);
        var listed = await files.GetFilesAsync(Token);
        BinaryData bytes = await files.DownloadFileAsync(file.Id, Token);
        Assert.Equal(("notes.txt", 10), (read.Filename, read.SizeInBytes));
        Assert.Contains(listed.Value, one => one.Id == file.Id);
        Assert.Equal("some notes", bytes.ToString());

        FileDeletionResult gone = await files.DeleteFileAsync(file.Id, Token);
        Assert.True(gone.Deleted);
        var failure = await Assert.ThrowsAsync<ClientResultException>(() => files.GetFileAsync(file.Id, Token));
        Assert.Equal(404, failure.Status);
    }

    [Fact]
    public async Task A_batch_runs_to_its_end_and_its_results_are_a_file()
    {
        var files = Client.GetOpenAIFileClient();
        var line = $$$"""
            {"custom_id":"a","method":"POST","url":"/v1/chat/completions",
             "body":{"model":"{{{RunningGateway.Model}}}","messages":[{"role":"user","content":"{{{Question}}}"}]}}
            """.ReplaceLineEndings("");
        OpenAIFile input = await files.UploadFileAsync(
            BinaryData.FromString(line), "lines.jsonl", FileUploadPurpose.Batch);
        using var asked = BinaryContent.Create(BinaryData.FromObjectAsJson(new
        {
            input_file_id = input.Id,
            endpoint = "/v1/chat/completions",
            completion_window = "24h",
        }));

        var batch = await Client.GetBatchClient().CreateBatchAsync(asked, waitUntilCompleted: false);
        var ended = await EndOfAsync(batch);

        Assert.Equal("completed", (string?)ended["status"]);
        Assert.Equal(1, (int)ended["request_counts"]!["completed"]!);
        BinaryData output = await files.DownloadFileAsync((string)ended["output_file_id"]!, Token);
        var result = JsonNode.Parse(output.ToString())!;
        Assert.Equal(("a", 200), ((string)result["custom_id"]!, (int)result["response"]!["status_code"]!));
        Assert.Equal(
            RunningGateway.Answer,
            (string)result["response"]!["body"]!["choices"]![0]!["message"]!["content"]!);
    }

    [Fact]
    public async Task A_stored_response_is_read_again_continued_and_deleted()
    {
        var client = Client.GetResponsesClient();
        var wish = new CreateResponseOptions(RunningGateway.Model, [ResponseItem.CreateUserMessageItem(Question)])
        {
            StoredOutputEnabled = true,
        };
        ResponseResult first = await client.CreateResponseAsync(wish, Token);
        ResponseResult read = await client.GetResponseAsync(first.Id, Token);
        ResponseResult next = await client.CreateResponseAsync(RunningGateway.Model, "Sure?", first.Id, Token);

        Assert.Equal(RunningGateway.Answer, first.GetOutputText());
        Assert.Equal((first.Id, RunningGateway.Answer), (read.Id, read.GetOutputText()));
        Assert.Equal(first.Id, next.PreviousResponseId);
        await client.DeleteResponseAsync(first.Id, Token);
        var failure = await Assert.ThrowsAsync<ClientResultException>(() => client.GetResponseAsync(first.Id, Token));
        Assert.Equal(404, failure.Status);
    }

    [Fact]
    public async Task A_model_is_found_by_its_name()
    {
        var model = await Client.GetOpenAIModelClient().GetModelAsync(RunningGateway.Model, Token);

        Assert.Equal(RunningGateway.Model, model.Value.Id);
    }

    private static async Task<JsonNode> EndOfAsync(CreateBatchOperation batch)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Limit);
        while (true)
        {
            var seen = await batch.GetBatchAsync(new RequestOptions { CancellationToken = limit.Token });
            var state = JsonNode.Parse(seen.GetRawResponse().Content.ToString())!;
            if ((string)state["status"]! is "completed" or "failed" or "expired" or "cancelled")
            {
                return state;
            }

            await Task.Delay(Pause, TimeProvider.System, limit.Token);
        }
    }
}
