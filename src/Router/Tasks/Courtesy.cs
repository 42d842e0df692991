using System.Collections.Frozen;

namespace Gateway.Router.Tasks;

/// <summary>Greetings and requests for help at the head of a prompt ("Hello, could you please help me with this?").
/// They are no part of the work: the same question should go the same way with and without them.</summary>
internal static class Courtesy
{
    private const int MostSentences = 3;
    private const int MostCharacters = 160;

    private static readonly FrozenSet<string> Words = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "hello", "hi", "hey", "there", "dear", "good", "morning", "afternoon", "evening", "day", "greetings",
        "everyone", "i", "am", "would", "could", "can", "will", "may", "might", "you", "kindly", "please", "help",
        "assist", "answer", "me", "us", "my", "with", "out", "this", "these", "that", "the", "following", "question",
        "questions", "problem", "task", "need", "want", "have", "a", "an", "one", "some", "your", "to", "for", "on",
        "appreciate", "it", "be", "if", "so", "kind", "very", "much", "thank", "thanks", "advance", "in", "like", "d",
        "ola", "olá", "oi", "bom", "boa", "dia", "tarde", "noite", "por", "favor", "pode", "poderia", "ajudar",
        "ajude", "com", "isto", "isso", "obrigado", "obrigada", "pergunta", "hola", "buenos", "buenas", "dias",
        "días", "tardes", "noches", "puedes", "puede", "podria", "podría", "ayudar", "ayudarme", "ayúdame", "con",
        "esto", "gracias", "pregunta", "bonjour", "bonsoir", "salut", "pouvez", "vous", "peux", "tu", "aider", "m",
        "avec", "ceci", "cette", "merci", "hallo", "guten", "tag", "morgen", "abend", "kannst", "können", "sie", "du",
        "mir", "bitte", "helfen", "dabei", "damit", "danke");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        Words.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The prompt without them; all of it when there is nothing else.</summary>
    internal static ReadOnlySpan<char> Skip(ReadOnlySpan<char> prompt)
    {
        var rest = prompt;
        for (var sentence = 0; sentence < MostSentences; sentence++)
        {
            var length = LengthOfSentence(rest);
            if (length == 0)
            {
                break;
            }

            rest = rest[length..].TrimStart();
        }

        return rest.IsEmpty ? prompt : rest;
    }

    // 0 when the first sentence says anything else, or does not end.
    private static int LengthOfSentence(ReadOnlySpan<char> text)
    {
        var start = -1;
        for (var i = 0; i < Math.Min(text.Length, MostCharacters); i++)
        {
            if (char.IsLetterOrDigit(text[i]))
            {
                start = start < 0 ? i : start;
                continue;
            }

            if (start >= 0 && !Lookup.Contains(text[start..i]))
            {
                return 0;
            }

            start = -1;
            if (text[i] is '.' or '!' or '?' or ':' or '\n')
            {
                return i + 1;
            }
        }

        return 0;
    }
}
