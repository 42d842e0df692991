using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.DevNet.Brain;

/// <summary>A small exact engine that plays a language model: it answers what its skills cover and says that it does
/// not know the rest. The same (seed, prompt) always gives the same answer.</summary>
/// <param name="skills">Tried in this order.</param>
/// <param name="slips">Whether a quarter of the figures with four digits or more comes out with one digit wrong, as it
/// happens to weak models; which ones follows from the seed, so that two servers err differently.</param>
internal sealed class SimulatedModel(IReadOnlyList<ISkill> skills, bool slips)
{
    private const int SlipDigits = 4;
    private const int SlipShare = 4;

    /// <summary>All skills, exact.</summary>
    internal static SimulatedModel Large { get; } = new(
        [new ArithmeticSkill(), new ConversionSkill(), new CapitalSkill(), new DefinitionSkill()], slips: false);

    /// <summary>Arithmetic and conversions only, and it slips.</summary>
    internal static SimulatedModel Small { get; } = new([new ArithmeticSkill(), new ConversionSkill()], slips: true);

    private string Ignorance { get; } = "I do not know. I am a simulated model and can do "
        + string.Join(", ", skills.SkipLast(1).Select(skill => skill.Name)) + $" and {skills[^1].Name} only.";

    /// <summary>Answers a prompt in English.</summary>
    internal string Answer(string prompt, long seed)
    {
        var sentences = Sentences.Of(prompt).ToArray();
        var reply = skills.SelectMany(skill => sentences.Select(skill.Answer))
            .FirstOrDefault(found => found is not null);
        return reply is null ? Ignorance : (slips ? Slip(reply, prompt, seed) : reply).Text;
    }

    private static Reply Slip(Reply reply, string prompt, long seed)
    {
        var places = Enumerable.Range(0, reply.Figure.Length)
            .Where(at => char.IsAsciiDigit(reply.Figure[at])).ToArray();
        var draw = Draw(prompt, seed);
        if (places.Length < SlipDigits || draw % SlipShare != 0)
        {
            return reply;
        }

        // Never the first digit: the answer keeps its size and stays plausible.
        var place = places[1 + (int)(draw / SlipShare % (uint)(places.Length - 1))];
        var digit = (char)('0' + ((reply.Figure[place] - '0' + 1 + (draw % 9)) % 10));
        return reply with { Figure = reply.Figure[..place] + digit + reply.Figure[(place + 1)..] };
    }

    private static uint Draw(string prompt, long seed)
    {
        var text = Encoding.UTF8.GetBytes($"{seed}:{prompt}");
        return BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(text));
    }
}
