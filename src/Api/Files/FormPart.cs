namespace Gateway.Api.Files;

/// <summary>One part of a form.</summary>
/// <param name="Name">The field's name.</param>
/// <param name="FileName">The file's name; null where it is no file.</param>
/// <param name="Content">Its bytes, in the form's own.</param>
internal sealed record FormPart(string Name, string? FileName, ReadOnlyMemory<byte> Content);
