using Microsoft.AspNetCore.Identity;

namespace Gateway.Api.Access;

/// <summary>Which passwords are taken (NIST SP 800-63B, 3.1.1): by length, and none that everybody tries first. No rule
/// asks for digits or signs.</summary>
internal sealed class PasswordRules : IPasswordValidator<Person>
{
    public const int Least = 12;
    public const int Most = 128;

    private const int LeastDistinct = 5;

    // The roots of the long passwords at the head of published lists; digits and signs around them change nothing.
    private static readonly string[] Common =
    [
        "password", "passwort", "passw0rd", "p@ssword", "p@ssw0rd", "qwertyuiop", "qwerty", "qwertz", "azerty",
        "1q2w3e4r5t", "1qaz2wsx", "zaq12wsx", "qazwsxedc", "asdfghjkl", "zxcvbnm", "abcdefghijkl", "abcdefgh",
        "letmein", "iloveyou", "welcome", "administrator", "admin", "changeme", "trustno", "football", "baseball",
        "superman", "princess", "sunshine", "dragon", "monkey", "michael", "liverpool", "chelsea", "computer",
        "internet", "starwars", "whatever", "unknown", "secret", "master", "bittensor", "gateway", "contrasena",
        "contraseña", "senha", "teamo", "estrella", "brasil", "correcthorsebatterystaple",
    ];

    private static readonly string[] Rows =
        ["01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz"];

    public Task<IdentityResult> ValidateAsync(UserManager<Person> manager, Person user, string? password) =>
        Task.FromResult(Problem(password ?? "", user.Email) is { } problem
            ? IdentityResult.Failed(new IdentityError { Code = "password", Description = problem })
            : IdentityResult.Success);

    /// <summary>What is wrong with a password, a sentence; null when nothing is.</summary>
    public static string? Problem(string password, string? email)
    {
        if (password.Length is < Least or > Most)
        {
            return $"A password has {Least} to {Most} characters.";
        }

        var bare = string.Concat(password.ToLowerInvariant().Where(char.IsLetter));
        var name = email?.Split('@')[0].ToLowerInvariant() ?? "";
        return Common.Contains(bare) || Common.Any(word => bare == word + word)
            || password.Distinct().Count() < LeastDistinct
            || Array.Exists(Rows, row => row.Contains(password, StringComparison.OrdinalIgnoreCase))
            || (bare.Length > 0 && bare == string.Concat(name.Where(char.IsLetter)))
            ? "This password is one that is tried first. Take one that nobody could guess, such as four random words."
            : null;
    }
}
