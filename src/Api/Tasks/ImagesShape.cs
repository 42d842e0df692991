using System.Text.Json;
using Gateway.Api.Chat;
using Gateway.Api.OpenAi;
using Gateway.Router;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Api.Tasks;

/// <summary>POST /v1/images/generations: sold by the image that was delivered.</summary>
internal sealed class ImagesShape() : TaskShape(ThePath)
{
    public const string ThePath = "/v1/images/generations";

    /// <summary>As in OpenAI's reference.</summary>
    public const int MaxPrompt = 32_000;

    private const int MaxWord = 32;

    public static ImagesShape Instance { get; } = new();

    public static RefusedException NoStream(string name) =>
        FieldReader.Unsupported(name, "Images do not come as a stream here.");

    protected override TaskOrder Read(JsonElement root, TaskRequest task)
    {
        var fields = new Fields(task);
        task.ReadAll(root, fields.Take);
        if (!fields.HasPrompt)
        {
            throw FieldReader.Missing("prompt");
        }

        task.Writer.WriteString("response_format"u8, "b64_json"u8);
        var created = task.Request.HttpContext.Features.GetRequiredFeature<RequestIdentity>().Started;
        return new(ModelTask.Images, TaskSize.None,
            fields.Wish.ToCall("images/generations", created.ToUnixTimeSeconds(), boundary: null));
    }

    /// <summary>The endpoint's own fields.</summary>
    private sealed class Fields(TaskRequest task)
    {
        public ImageWish Wish { get; } = new();

        public bool HasPrompt { get; private set; }

        public bool Take(string name, JsonElement value)
        {
            switch (name)
            {
                case "prompt":
                    HasPrompt = FieldReader.Text(value, name, MaxPrompt).Length > 0
                        ? true
                        : throw FieldReader.OutOfRange(name, "a string that is not empty");
                    break;
                case "n":
                    Wish.Count = (int)FieldReader.Integer(value, name, 1, ImageWish.MaxImages);
                    break;
                case "size":
                    Check(Wish.TrySize(Word(value, name)), name, ImageWish.Sizes);
                    break;
                case "output_format":
                    Check(Wish.TryFormat(Word(value, name)), name, ImageWish.Formats);
                    break;
                case "quality" or "style" or "background" or "moderation":
                    Word(value, name);
                    break;
                case "output_compression":
                    FieldReader.Integer(value, name, 0, 100);
                    break;
                case "response_format":
                    Check(Wish.TryWay(Word(value, name)), name, "b64_json, url");
                    return true;
                case "stream" when !FieldReader.Flag(value, name):
                    return true;
                case "stream" or "partial_images":
                    throw NoStream(name);
                default:
                    return false;
            }

            task.Copy(name, value);
            return true;
        }

        private static string Word(JsonElement value, string name) => FieldReader.Text(value, name, MaxWord);

        private static void Check(bool isRight, string name, string allowed)
        {
            if (!isRight)
            {
                throw FieldReader.OutOfRange(name, allowed);
            }
        }
    }
}
