using Gateway.Router.Tasks;

namespace Gateway.Router.Tests.Tasks;

public sealed class LanguageTests
{
    [Theory]
    [InlineData("Could you explain to me how the heart pumps blood through the body?", "en")]
    [InlineData("Kannst du mir bitte erklären, wie das Herz das Blut durch den Körper pumpt?", "de")]
    [InlineData("Pouvez-vous m'expliquer comment le cœur fait circuler le sang dans le corps ?", "fr")]
    [InlineData("¿Puedes explicarme cómo bombea el corazón la sangre por el cuerpo?", "es")]
    [InlineData("Puoi spiegarmi come il cuore pompa il sangue attraverso il corpo umano?", "it")]
    [InlineData("Você pode me explicar como o coração bombeia o sangue pelo corpo?", "pt")]
    [InlineData("Kun je mij uitleggen hoe het hart het bloed door het lichaam pompt?", "nl")]
    [InlineData("Czy możesz mi wyjaśnić, jak serce pompuje krew w ciele i dlaczego to jest ważne?", "pl")]
    [InlineData("Можешь объяснить, как сердце качает кровь по всему телу и что это такое?", "ru")]
    [InlineData("心臓はどのように血液を全身に送り出しますか", "ja")]
    [InlineData("请解释一下心脏是怎样把血液送到全身的", "zh")]
    [InlineData("심장이 어떻게 피를 온몸으로 보내는지 설명해 주세요", "ko")]
    [InlineData("Πώς λειτουργεί η καρδιά;", "el")]
    [InlineData("Translate \"Pouvez-vous m'expliquer comment le cœur fait circuler\" for me and tell what it is", "en")]
    public void The_language_is_told(string text, string code) =>
        Assert.Equal(code, LanguageDetector.Detect(text).Code);

    [Theory]
    [InlineData("")]
    [InlineData("ok")]
    [InlineData("12 + 30 = ?")]
    [InlineData("https://example.org/a/very/long/path/that/has/letters")]
    [InlineData("```\nfor i in range(10): print(i) and so on and so forth\n```")]
    [InlineData("kubectl systemctl nginx postgres redis kafka")]
    [InlineData("\ud800\ud800\ud800")]
    public void What_cannot_be_told_is_undecided(string text) =>
        Assert.False(LanguageDetector.Detect(text).IsDecided);

    [Theory]
    [InlineData("Write a poem about rain in French.", "fr")]
    [InlineData("Schreibe ein Gedicht über den Regen auf Spanisch.", "es")]
    [InlineData("Translate the following into German: the cat sat in the French garden", "de")]
    [InlineData("Write Python with Spanish comments", "es")]
    [InlineData("Répondez en allemand s'il vous plaît", "de")]
    [InlineData("Translate this from English to Japanese", "ja")]
    [InlineData("Answer in French or in German", null)]
    [InlineData("Explain \"in French\" to me", null)]
    [InlineData("What is the capital of France?", null)]
    public void The_language_asked_for_is_read_from_the_instruction(string prompt, string? code) =>
        Assert.Equal(code, OutputLanguageReader.Read(prompt).Code);

    [Theory]
    [InlineData("```python\nprint(1)\n```", "python")]
    [InlineData("Fix main.rs please", "rust")]
    [InlineData("Write a C# method that adds", "csharp")]
    [InlineData("Write Python with Spanish comments", "python")]
    [InlineData("Let us go to the park", null)]
    [InlineData("", null)]
    public void The_programming_language_is_told(string prompt, string? language) =>
        Assert.Equal(language, CodeDetector.Detect(prompt));

    [Fact]
    public void A_prompt_can_be_several_things_at_once()
    {
        var flags = PromptFlags.Of(
            "Write a Python function that sorts a list, with Spanish comments.", Modality.Text, false, true, 3);

        Assert.Equal(("python", "en", "es"), (flags.Code, flags.Language.Code, flags.OutputLanguage.Code));
        Assert.True(flags.HasSchema);
    }
}
