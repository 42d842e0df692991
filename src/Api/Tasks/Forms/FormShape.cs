using Gateway.Api.Chat;
using Gateway.Api.Chat.Shapes;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Tasks.Forms;

/// <summary>An endpoint whose request is a form.</summary>
/// <param name="path">Its path.</param>
internal abstract class FormShape(string path) : IChatShape
{
    public string Path => path;

    public int MaxBody => ChatEndpoint.MaxBody;

    public ChatOrder Read(ReadOnlyMemory<byte> body, HttpRequest request, BodyBudget budget)
    {
        using var form = new FormRequest(request);
        return form.Finish(Read(MultipartForm.Read(request.ContentType, body), form), budget);
    }

    /// <summary>Reads the parts and writes the expert's.</summary>
    /// <exception cref="RefusedException">A part is missing, wrong or not supported, by its own name.</exception>
    protected abstract TaskOrder Read(IReadOnlyList<FormPart> parts, FormRequest form);
}
