using KernelHost.Cli.Tests.Support;

namespace KernelHost.Cli.Tests;

/// <summary>Every command with arguments that are missing, malformed or hostile: one clear message, the right exit code, never a stack trace.</summary>
public class BadInputTests
{
    private const string Hostile = "x\u001b[31m\u202e\u0007\u009b\n\t\ud83dÜ'\";$(reboot)";
    private static readonly string Huge = new('a', 1 << 20);

    public static TheoryData<string[], string> Missing => new()
    {
        { [], "say what to do" },
        { ["runs"], "one of list, show" },
        { ["approvals"], "one of list, show, approve, deny, respond, resolve, rules" },
        { ["plugin"], "one of list, show, validate" },
        { ["agent"], "one of list, show, validate" },
        { ["run"], "AGENT" },
        { ["chat"], "AGENT" },
        { ["resume"], "RUN" },
        { ["runs", "show"], "RUN" },
        { ["approvals", "show"], "APPROVAL" },
        { ["approvals", "approve"], "APPROVAL" },
        { ["approvals", "deny"], "--reason" },
        { ["approvals", "deny", "--reason", "no"], "APPROVAL" },
        { ["approvals", "respond", "apr_000000000000"], "--text" },
        { ["approvals", "approve", "apr_000000000000", "--for", "8h"], "Add '--remember'" },
        { ["approvals", "approve", "apr_000000000000", "--remember", "--for", "soon"], "is no time" },
        { ["approvals", "approve", "apr_000000000000", "--remember", "--scope", "world"], "is no scope" },
        { ["run", "support", "hi", "--unattended", "maybe"], "is no value of --unattended" },
        { ["approvals", "deny", "apr_000000000000"], "--reason" },
        { ["approvals", "resolve", "apr_000000000000"], "--outcome" },
        { ["plugin", "show"], "ID" },
        { ["plugin", "validate"], "PATH" },
        { ["agent", "show"], "NAME" },
        { ["search"], "RETRIEVER" },
        { ["ingest"], "PATH" },
        { ["ingest", "."], "--collection" },
        { ["run", "support", "--session"], "--session" },
        { ["runs", "list", "--output"], "--output" },
        { ["runs", "list", "--verbosity"], "--verbosity" },
        { ["runs", "list", "--plugins"], "--plugins" },
    };

    public static TheoryData<string[], string> Malformed => new()
    {
        { ["rnu", "support", "hello"], "Did you mean 'run'?" },
        { ["approvals", "aprove", "x"], "Did you mean 'approve'?" },
        { ["run", "support", "--ouput", "json"], "Did you mean '--output'?" },
        { ["run", "support", "hello", "there"], "there" },
        { ["doctor", "now"], "now" },
        { ["run", "suport", "hello"], "Did you mean 'support'?" },
        { ["chat", "suport"], "Did you mean 'support'?" },
        { ["run", "support", " \t "], "The request is empty" },
        { ["run", "support"], "The request is empty" },
        { ["run", "support", "hello", "--session", "../../etc/passwd"], "is not the id of a session" },
        { ["chat", "support", "--session", "ses_../../x"], "is not the id of a session" },
        { ["resume", "run_UPPER"], "is not the id of a run" },
        { ["resume", "run_000000000000"], "There is no run 'run_000000000000'" },
        { ["runs", "show", ""], "is not the id of a run" },
        { ["runs", "show", "run_000000000000"], "There is no run" },
        { ["runs", "list", "--limit", "0"], "from 1 to 10000" },
        { ["runs", "list", "--limit", "-5"], "from 1 to 10000" },
        { ["runs", "list", "--limit", "1e3"], "from 1 to 10000" },
        { ["runs", "list", "--limit", "99999999999999999999"], "from 1 to 10000" },
        { ["runs", "list", "--status", "complete"], "Did you mean 'completed'?" },
        { ["runs", "list", "--session", "nonsense"], "is not the id of a session" },
        { ["approvals", "list", "--run", "nonsense"], "is not the id of a run" },
        { ["approvals", "list", "--limit", "many"], "from 1 to 10000" },
        { ["approvals", "show", "apr_000000000000"], "There is no approval" },
        { ["approvals", "approve", "apr_000000000000", "--resume"], "There is no approval" },
        { ["approvals", "deny", "apr_000000000000", "--reason", ""], "The reason is empty" },
        { ["approvals", "resolve", "apr_000000000000", "--outcome", "perhaps"], "is no outcome" },
        { ["plugin", "show", "customer"], "There is no plugin 'customer'" },
        { ["plugin", "validate", "does/not/exist"], "There is no directory" },
        { ["plugin", "validate", ""], "The path of the plugin is empty" },
        { ["agent", "show", "suport"], "Did you mean 'support'?" },
        { ["agent", "validate", "suport"], "Did you mean 'support'?" },
        { ["agent", "validate", "missing.yaml"], "There is no file" },
        { ["agent", "validate", ""], "is empty" },
        { ["ingest", "missing.md", "--collection", "pets"], "There is no file or directory" },
        { ["ingest", "missing/*.md", "--collection", "pets"], "There is no directory" },
        { ["ingest", "*/../x", "--collection", "pets"], "Write the directory first" },
        { ["ingest", ".", "--collection", "Pets/X"], "is no collection's name" },
        { ["ingest", ".", "--collection", "pets", "--integrity", "trusty"], "Did you mean 'trusted'?" },
        { ["ingest", ".", "--collection", "pets", "--readers", " , "], "names nobody" },
        { ["ingest", ".", "--collection", "pets", "--tenant", " "], "is no name for --tenant" },
        { ["ingest", ".", "--collection", "pets", "--watch", "--dry-run"], "do not go together" },
        { ["search", "help-centre", "late"], "Did you mean 'help-center'?" },
        { ["search", "help-center", ""], "The query is empty" },
        { ["search", "help-center", "late", "--top", "0"], "from 1 to 100" },
        { ["search", "help-center", "late", "--top", "101"], "from 1 to 100" },
        { ["runs", "list", "--output", "xml"], "Use one of: text, json" },
        { ["runs", "list", "--verbosity", "loud"], "Use one of: quiet, minimal" },
        { ["runs", "list", "--config", "missing.json"], "does not exist" },
        { ["runs", "list", "--config", ""], "--config is empty" },
        { ["runs", "list", "--agents", "no/such/dir"], "does not exist" },
        { ["plugin", "list", "--plugins", "no/such/dir"], "does not exist" },
    };

    public static TheoryData<string[]> WithText => new(
        ["run", "?", "hello"],
        ["run", "support", "hello", "--session", "?"],
        ["chat", "?"],
        ["chat", "support", "--session", "?"],
        ["resume", "?"],
        ["runs", "show", "?"],
        ["runs", "list", "--limit", "?"],
        ["runs", "list", "--status", "?"],
        ["runs", "list", "--session", "?"],
        ["approvals", "list", "--run", "?"],
        ["approvals", "show", "?"],
        ["approvals", "approve", "?"],
        ["approvals", "deny", "?", "--reason", "no"],
        ["approvals", "resolve", "apr_000000000000", "--outcome", "?"],
        ["plugin", "show", "?"],
        ["plugin", "validate", "?"],
        ["agent", "show", "?"],
        ["agent", "validate", "?"],
        ["search", "?", "late"],
        ["ingest", "?", "--collection", "pets"],
        ["ingest", ".", "--collection", "?"],
        ["ingest", ".", "--collection", "pets", "--integrity", "?"],
        ["search", "help-center", "late", "--top", "?"],
        ["?"],
        ["runs", "?"],
        ["doctor", "?"],
        ["runs", "list", "--output", "?"],
        ["runs", "list", "--verbosity", "?"],
        ["runs", "list", "--config", "?"],
        ["runs", "list", "--plugins", "?"],
        ["runs", "list", "--agents", "?"]);

    [Theory]
    [MemberData(nameof(Missing))]
    public async Task ACommandWithoutWhatItNeeds_SaysWhatIsMissing(string[] arguments, string message)
    {
        // Without the options that the home adds: they would be taken for what is missing.
        var result = await TestHome.CallPlainAsync(arguments);

        result.Expect(2);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Out);
    }

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task ACommandThatMakesNoSense_SaysWhyAndWhatWould(string[] arguments, string message)
    {
        using var home = new TestHome();

        var result = await home.CallAsync(arguments);

        result.ExpectFailure(2, message);
        Assert.Equal("", result.Out);
    }

    [Theory]
    [MemberData(nameof(WithText))]
    public async Task ACommandWithHostileText_ShowsItHarmlessly(string[] arguments)
    {
        using var home = new TestHome();

        (await home.CallAsync([.. arguments.Select(argument => argument == "?" ? Hostile : argument)])).ExpectFailure(2, "error: ");
    }

    [Theory]
    [MemberData(nameof(WithText))]
    public async Task ACommandWithAMegabyteOfText_SaysSoInAFewWords(string[] arguments)
    {
        using var home = new TestHome();

        var result = await home.CallAsync([.. arguments.Select(argument => argument == "?" ? Huge : argument)]);

        result.ExpectFailure(2, "error: ");
        Assert.True(result.Error.Length < 3000, $"the message has {result.Error.Length} characters");
    }

    [Theory]
    [InlineData("run", "support", "-")]
    [InlineData("search", "help-center", "-")]
    public async Task AMegabyteOnStandardInput_IsRefusedWithTheLimit(params string[] arguments)
    {
        using var home = new TestHome();

        (await home.RunAsync(Huge, arguments)).ExpectFailure(2, "at most 1000000 are allowed");
    }

    [Fact]
    public async Task AProcessWithABadCommandLine_TellsItAsTextAndAsJson()
    {
        using var home = new TestHome();

        (await home.RunAsync("runs", "show", Hostile)).ExpectFailure(2, "is not the id of a run");

        var json = await home.RunAsync("run", "nobody", "hello", "--output", "json");
        json.ExpectFailure(2, "There is no agent 'nobody'");
        Assert.Equal(2, json.Json.GetProperty("error").GetProperty("exitCode").GetInt32());
        Assert.Contains("nobody", json.Json.GetProperty("error").Text("message"), StringComparison.Ordinal);

        var parse = await home.RunAsync("runs", "list", "--limit", "--output", "json");
        Assert.Equal(2, parse.Expect(2).Json.GetProperty("error").GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public async Task ARequestThatLooksLikeAnOption_NeedsTwoDashesBeforeIt()
    {
        using var home = new TestHome();

        (await home.CallAsync("run", "support", "--hello")).ExpectFailure(2, "put '--' before it");
        var result = await TestHome.CallPlainAsync("run", "support", "--data", home.Data, "--plugins", CliPaths.Plugins, "-o", "json", "--", "--hello @file");

        Assert.Equal("completed", result.Expect(0).Json.Text("status"));
        Assert.Equal("--hello @file", Assert.Single((await home.CallAsync("runs", "list", "-o", "json")).Json.Items("runs")).Text("request"));
    }

    [Fact]
    public async Task HostileTextInARun_IsKeptExactlyAndNeverShownRaw()
    {
        using var home = new TestHome();
        const string Request = "Where is order 1042? \u001b]0;owned\u0007\u001b[2J\u202eevil\u200b [red]markup[/]";

        var run = (await home.CallAsync("run", "support", Request)).Expect(0);
        AssertHarmless(run.Out + run.Error);
        var list = (await home.CallAsync("runs", "list", "-o", "json")).Expect(0);
        AssertHarmless(list.Out);
        var listed = Assert.Single(list.Json.Items("runs"));
        Assert.Equal(Request, listed.Text("request"));
        AssertHarmless((await home.CallAsync("runs", "list")).Expect(0).Out);
        var shown = (await home.CallAsync("runs", "show", listed.Text("runId"))).Expect(0).Out;
        AssertHarmless(shown);
        Assert.Contains("⟦U+202E⟧", shown, StringComparison.Ordinal);
        AssertHarmless((await home.CallAsync("runs", "show", listed.Text("runId"), "-o", "json")).Expect(0).Out);
    }

    private static void AssertHarmless(string text) =>
        Assert.DoesNotContain(text, character => character != '\n' && char.GetUnicodeCategory(character)
            is System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format);
}
