using System.Collections.Frozen;
using Gateway.Api.Chat;
using Gateway.Api.OpenAi;
using Gateway.Api.Tasks.Media;
using Gateway.Router;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Api.Tasks.Forms;

/// <summary>POST /v1/images/edits: images as files, and perhaps a mask as large as the first of them.</summary>
internal sealed class ImageEditsShape() : FormShape("/v1/images/edits")
{
    private const int MaxSources = 16;

    private static readonly FrozenSet<string> Known = new[]
    {
        "image", "image[]", "mask", "prompt", "n", "size", "quality", "output_format", "output_compression",
        "background", "input_fidelity", "response_format", "stream", "partial_images",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static ImageEditsShape Instance { get; } = new();

    protected override TaskOrder Read(IReadOnlyList<FormPart> parts, FormRequest form)
    {
        var fields = new Fields(form);
        form.ReadAll(parts, Known, fields.Take);
        if (!fields.HasPrompt)
        {
            throw FieldReader.Missing("prompt");
        }

        fields.AddImages();
        form.Add("response_format", "b64_json");
        var created = form.Request.HttpContext.Features.GetRequiredFeature<RequestIdentity>().Started;
        return new(ModelTask.Images, TaskSize.None,
            fields.Wish.ToCall("images/edits", created.ToUnixTimeSeconds(), form.Boundary));
    }

    /// <summary>The endpoint's own fields.</summary>
    private sealed class Fields(FormRequest form)
    {
        private readonly List<(FormPart Part, ImageFacts Facts)> _images = [];
        private (FormPart Part, ImageFacts Facts)? _mask;

        public ImageWish Wish { get; } = new();

        public bool HasPrompt { get; private set; }

        public void Take(FormPart part)
        {
            switch (part.Name)
            {
                case "image" or "image[]":
                    _images.Add(ReadFile(part));
                    return;
                case "mask":
                    _mask = ReadFile(part);
                    return;
                case "response_format":
                    Check(Wish.TryWay(FormRequest.Text(part)), part, "b64_json, url");
                    return;
                case "stream" when !FormRequest.Flag(part):
                    return;
                case "stream" or "partial_images":
                    throw ImagesShape.NoStream(part.Name);
                default:
                    TakeText(part);
                    form.Add(part.Name, FormRequest.Text(part));
                    return;
            }
        }

        /// <summary>Adds the files, under names and types of ours.</summary>
        public void AddImages()
        {
            if (_images.Count is 0 or > MaxSources)
            {
                throw _images.Count == 0
                    ? FieldReader.Missing("image")
                    : FieldReader.OutOfRange("image", $"at most {MaxSources} images");
            }

            if (_mask is { } mask && (mask.Facts.Width, mask.Facts.Height)
                != (_images[0].Facts.Width, _images[0].Facts.Height))
            {
                throw FieldReader.OutOfRange("mask", "an image as large as the first one");
            }

            var name = _images.Count == 1 ? "image" : "image[]";
            foreach (var (part, facts) in _images)
            {
                Add(name, part, facts);
            }

            if (_mask is { } sent)
            {
                Add("mask", sent.Part, sent.Facts);
            }
        }

        private void TakeText(FormPart part)
        {
            switch (part.Name)
            {
                case "prompt":
                    HasPrompt = FormRequest.Text(part, ImagesShape.MaxPrompt).Length > 0
                        ? true
                        : throw FieldReader.OutOfRange(part.Name, "a text that is not empty");
                    break;
                case "n":
                    Wish.Count = FormRequest.Integer(part, 1, ImageWish.MaxImages);
                    break;
                case "size":
                    Check(Wish.TrySize(FormRequest.Text(part)), part, ImageWish.Sizes);
                    break;
                case "output_format":
                    Check(Wish.TryFormat(FormRequest.Text(part)), part, ImageWish.Formats);
                    break;
                case "output_compression":
                    FormRequest.Integer(part, 0, 100);
                    break;
                default:
                    FormRequest.Text(part);
                    break;
            }
        }

        private void Add(string name, FormPart part, ImageFacts facts) =>
            form.AddFile(name, $"image.{facts.Kind}", facts.MediaType, part.Content.Span);

        private static (FormPart Part, ImageFacts Facts) ReadFile(FormPart part) => part.IsFile
            ? (part, ImageData.Check(part.Content.Span, part.Name))
            : throw FieldReader.WrongType(part.Name, "a file");

        private static void Check(bool isRight, FormPart part, string allowed)
        {
            if (!isRight)
            {
                throw FieldReader.OutOfRange(part.Name, allowed);
            }
        }
    }
}
