using System.Text.Json;
using Gateway.Api.Chat.Shapes;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Tasks;

/// <summary>An endpoint whose request is a JSON object and no chat.</summary>
/// <param name="path">Its path.</param>
/// <param name="maxBody">The longest body it takes, in bytes.</param>
internal abstract class TaskShape(string path, int maxBody = TaskRequest.MaxBody) : IChatShape
{
    public string Path => path;

    public int MaxBody => maxBody;

    public ChatOrder Read(ReadOnlyMemory<byte> body, HttpRequest request, BodyBudget budget)
    {
        using var document = StrictJson.Parse(body);
        using var task = new TaskRequest(request);
        return task.Finish(Read(document.RootElement, task), budget);
    }

    /// <summary>Reads the fields and writes the expert's.</summary>
    /// <exception cref="RefusedException">A field is missing, wrong or not supported, by its own name.</exception>
    protected abstract TaskOrder Read(JsonElement root, TaskRequest task);
}
