using System.Collections.Frozen;

namespace Gateway.Router.Tasks;

/// <summary>What sets the languages of the Latin and Cyrillic scripts apart: their small words, and the trigrams of a
/// text that exists in all of them, the first articles of the Universal Declaration of Human Rights (UN,
/// 1948).</summary>
internal static class LanguageProfiles
{
    private static readonly (string Code, string Words, string Text)[] Sources =
    [
        (
            "en",
            "the and of to in is that it for was with are this be as on what how you not have from or which "
            + "would can",
            "all human beings are born free and equal in dignity and rights they are endowed with reason and "
            + "conscience and should act towards one another in a spirit of brotherhood everyone is entitled to "
            + "all the rights"),
        (
            "de",
            "der die das und ist nicht ein eine zu den mit von auf für sich dem des im wie was ich es auch "
            + "wird sind",
            "alle menschen sind frei und gleich an würde und rechten geboren sie sind mit vernunft und "
            + "gewissen begabt und sollen einander im geist der brüderlichkeit begegnen jeder hat anspruch auf "
            + "alle rechte"),
        (
            "fr",
            "le la les des et est une un du dans que pour qui pas sur avec au ce il je vous nous sont par "
            + "comment",
            "tous les êtres humains naissent libres et égaux en dignité et en droits ils sont doués de raison "
            + "et de conscience et doivent agir les uns envers les autres dans un esprit de fraternité chacun "
            + "peut se prévaloir"),
        (
            "es",
            "el la los las de que y es en un una por con para del se no lo como más cómo qué está al su son",
            "todos los seres humanos nacen libres e iguales en dignidad y derechos y dotados como están de "
            + "razón y conciencia deben comportarse fraternalmente los unos con los otros toda persona tiene "
            + "los derechos"),
        (
            "it",
            "il di che la è e un una per non con sono del della le gli come mi si da nel più questo al dei",
            "tutti gli esseri umani nascono liberi ed eguali in dignità e diritti essi sono dotati di ragione "
            + "e di coscienza e devono agire gli uni verso gli altri in spirito di fratellanza ad ogni "
            + "individuo spettano"),
        (
            "pt",
            "o a os as de que e é em um uma para com não do da no na se como mais por dos você são ao",
            "todos os seres humanos nascem livres e iguais em dignidade e em direitos dotados de razão e de "
            + "consciência devem agir uns para com os outros em espírito de fraternidade todas as pessoas têm "
            + "direito"),
        (
            "nl",
            "de het een en van is dat niet op te in zijn voor met die aan er om ook als maar bij wat hoe dit",
            "alle mensen worden vrij en gelijk in waardigheid en rechten geboren zij zijn begiftigd met "
            + "verstand en geweten en behoren zich jegens elkander in een geest van broederschap te gedragen "
            + "een ieder heeft"),
        (
            "sv",
            "och att det som en på är av för med till den har inte om ett jag de var så hur vad kan från",
            "alla människor är födda fria och lika i värde och rättigheter de är utrustade med förnuft och "
            + "samvete och bör handla gentemot varandra i en anda av broderskap var och en är berättigad till "
            + "alla de rättigheter"),
        (
            "da",
            "og at det er en til på som for af med den de ikke har jeg var fra kan hvad hvordan et også vi",
            "alle mennesker er født frie og lige i værdighed og rettigheder de er udstyret med fornuft og "
            + "samvittighed og de bør handle mod hverandre i en broderskabets ånd enhver har krav på alle de "
            + "rettigheder"),
        (
            "pl",
            "i w na nie się jest z do to że jak co o za po od czy dla ale są przez być może ten które",
            "wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw są oni obdarzeni "
            + "rozumem i sumieniem i powinni postępować wobec innych w duchu braterstwa każdy człowiek posiada "
            + "wszystkie prawa"),
        (
            "cs",
            "a je se na to v že s z do jak co o pro ale jsou být nebo podle který by tak po od které jsem",
            "všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv jsou nadáni rozumem a "
            + "svědomím a mají spolu jednat v duchu bratrství každý má všechna práva a všechny svobody"),
        (
            "tr",
            "ve bir bu için ile ne çok da de olan nasıl gibi daha var olarak mı ben sen değil her en kadar "
            + "ama",
            "bütün insanlar hür haysiyet ve haklar bakımından eşit doğarlar akıl ve vicdana sahiptirler ve "
            + "birbirlerine karşı kardeşlik zihniyeti ile hareket etmelidirler herkes bütün haklardan "
            + "yararlanabilir"),
        (
            "vi",
            "và của là có cho không được trong một các với người này đã những để khi từ như về làm tôi bạn gì",
            "tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền mọi con người đều "
            + "được tạo hóa ban cho lý trí và lương tâm và cần phải đối xử với nhau trong tình bằng hữu"),
        (
            "id",
            "dan yang di untuk dengan ini itu dari tidak adalah pada ke dalam akan saya bagaimana apa juga "
            + "oleh atau",
            "semua orang dilahirkan merdeka dan mempunyai martabat dan hak hak yang sama mereka dikaruniai "
            + "akal dan hati nurani dan hendaknya bergaul satu sama lain dalam semangat persaudaraan setiap "
            + "orang berhak"),
        (
            "ru",
            "и в не на что с это как по но из у за к от для он так же вы мы бы или если есть быть который",
            "все люди рождаются свободными и равными в своем достоинстве и правах они наделены разумом и "
            + "совестью и должны поступать в отношении друг друга в духе братства каждый человек должен "
            + "обладать всеми правами"),
        (
            "uk",
            "і в не на що з це як по але із у за до від для він так ж ви ми або якщо є та який бути",
            "всі люди народжуються вільними і рівними у своїй гідності та правах вони наділені розумом і "
            + "совістю і повинні діяти у відношенні один до одного в дусі братерства кожна людина повинна мати "
            + "всі права"),
        (
            "bg",
            "и в не на че с това как по но от за да се са ще е или ако който може към при до има ли",
            "всички хора се раждат свободни и равни по достойнство и права те са надарени с разум и съвест и "
            + "следва да се отнасят помежду си в дух на братство всеки човек има право на всички права и "
            + "свободи"),
    ];

    /// <summary>The languages, each with its small words and its trigrams.</summary>
    internal static LanguageProfile[] All { get; } =
        [.. Sources.Select(source => LanguageProfile.Of(source.Code, source.Words, source.Text))];
}

/// <summary>One language's marks.</summary>
/// <param name="Code">ISO 639-1.</param>
/// <param name="Words">Its small words.</param>
/// <param name="Trigrams">Trigrams of its sample, with blanks at the ends of words.</param>
internal sealed record LanguageProfile(string Code, FrozenSet<string> Words, FrozenSet<string> Trigrams)
{
    internal static LanguageProfile Of(string code, string words, string text) => new(
        code, words.Split(' ').ToFrozenSet(StringComparer.Ordinal),
        TrigramsOf(text + ' ' + words).ToFrozenSet(StringComparer.Ordinal));

    /// <summary>Trigrams of words that are parted by single blanks.</summary>
    internal static IEnumerable<string> TrigramsOf(string text)
    {
        var padded = $" {text} ";
        for (var i = 0; i + 3 <= padded.Length; i++)
        {
            if (padded[i + 1] != ' ')
            {
                yield return padded.Substring(i, 3);
            }
        }
    }
}
