using System.Text;
using Gateway.Router.Combining;

namespace Gateway.Router.Tests.Combining;

/// <summary>The checks by which answers of several experts are chosen.</summary>
public sealed class CheckTests
{
    [Theory]
    [InlineData("python", "x = 1 # one", "x = 1  # uno", true)]
    [InlineData("python", "def f():\n \"\"\"Adds.\"\"\"\n return 1", "def f():\n \"\"\"Suma.\"\"\"\n return 1", true)]
    [InlineData("python", "def f():\n    return 1", "def f():\n  return 1", false)]
    [InlineData("python", "x = 'a # b'", "x = 'a # c'", false)]
    [InlineData("python", "if a:\n    b()\nc()", "if a:\n    b()\n    c()", false)]
    [InlineData("js", "f(`a ${b}`) // x", "f(`a ${b}`) /* y */", true)]
    [InlineData("js", "a = 1", "a = 2", false)]
    [InlineData("c", "#include <a>", "#include <b>", false)]
    [InlineData("sql", "SELECT 1 -- one", "SELECT 1 -- uno", true)]
    [InlineData("brainfog", "a // b", "a // c", false)]
    public void Only_comments_may_differ(string tag, string one, string other, bool isSame) =>
        Assert.Equal(isSame, CodeText.Read(Block(tag, one))!.HasSameTokens(CodeText.Read(Block(tag, other))));

    [Theory]
    [InlineData("f(")]
    [InlineData("f)")]
    [InlineData("f([)]")]
    [InlineData("'open")]
    public void A_program_that_does_not_end_is_none(string code) => Assert.Null(CodeText.Read(Block("python", code)));

    [Fact]
    public void Text_around_programs_makes_no_difference_and_text_alone_is_no_program()
    {
        var code = CodeText.Read("Here:\n" + Block("go", "a()"))!;
        Assert.True(code.HasSameTokens(CodeText.Read(Block("go", "a()") + "So.")));
        Assert.False(CodeText.Read(Block("go", "a()"))!.HasSameTokens(CodeText.Read("Gone.")));
        Assert.False(CodeText.Read("It's a poem (about (")!.HasCode);
        Assert.Null(CodeText.Read("```go\na()"));
    }

    [Theory]
    [InlineData("""{"type":"object","required":["a"]}""", """{"a":1}""", true)]
    [InlineData("""{"type":"object","required":["a"]}""", """{"b":1}""", false)]
    [InlineData("""{"properties":{"a":{"type":"integer"}},"additionalProperties":false}""", """{"a":1.0}""", true)]
    [InlineData("""{"properties":{"a":{"type":"integer"}},"additionalProperties":false}""", """{"a":1.5}""", false)]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":false}""", """{"a":1,"b":2}""", false)]
    [InlineData("""{"type":["string","null"]}""", "null", true)]
    [InlineData("""{"enum":["x","y"]}""", "\"z\"", false)]
    [InlineData("""{"items":{"$ref":"#/$defs/n"},"minItems":2,"$defs":{"n":{"minimum":3}}}""", "[3,4]", true)]
    [InlineData("""{"type":"array","items":{"$ref":"#/$defs/n"},"$defs":{"n":{"minimum":3}}}""", "[3,2]", false)]
    [InlineData("""{"$ref":"#/$defs/nobody"}""", "1", false)]
    [InlineData("""{"$ref":"#"}""", "1", false)]
    [InlineData("""{"anyOf":[{"type":"string"},{"maximum":2}]}""", "3", false)]
    [InlineData("""{"maxLength":1}""", "\"\\uD83D\\uDE00\"", true)]
    [InlineData("{}", "not json", false)]
    public void Json_is_held_against_its_schema(string schema, string answer, bool fits)
    {
        var body = "{\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":" + schema + "}}}";

        Assert.Equal(fits, JsonCheck.Of(Encoding.UTF8.GetBytes(body)).Fits(answer));
    }

    [Theory]
    [InlineData("{}", true)]
    [InlineData("[]", false)]
    public void Without_a_schema_an_object_is_wanted(string answer, bool fits) => Assert.Equal(
        fits, JsonCheck.Of("""{"response_format":{"type":"json_object"}}"""u8.ToArray()).Fits(answer));

    [Theory]
    [InlineData("What is the capital of France?", AnswerKind.Closed)]
    [InlineData("Which is it?\nA) one\nB) two", AnswerKind.Closed)]
    [InlineData("Long story. Answer with the letter only.", AnswerKind.Closed)]
    [InlineData("Write a Python function that adds.", AnswerKind.Code)]
    [InlineData("Write me a poem about rain.", AnswerKind.Open)]
    [InlineData("", AnswerKind.Open)]
    public void A_question_tells_the_form_of_its_answer(string question, AnswerKind kind) =>
        Assert.Equal(kind, AnswerKinds.Of(question));

    private static string Block(string tag, string code) => $"```{tag}\n{code}\n```\n";
}
