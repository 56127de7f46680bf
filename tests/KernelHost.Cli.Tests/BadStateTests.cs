using KernelHost.Cli.Tests.Support;
using Microsoft.Data.Sqlite;

namespace KernelHost.Cli.Tests;

/// <summary>Data directories and settings that cannot be used.</summary>
public class BadStateTests
{
    /// <summary>Every command that opens the journal.</summary>
    public static TheoryData<string[]> JournalCommands => new(
        ["run", "support", "Where is order 1042?"],
        ["chat", "support"],
        ["resume", "run_000000000000"],
        ["runs", "list"],
        ["runs", "show", "run_000000000000"],
        ["approvals", "list"],
        ["approvals", "show", "apr_000000000000"],
        ["approvals", "approve", "apr_000000000000"],
        ["approvals", "deny", "apr_000000000000", "--reason", "no"],
        ["approvals", "resolve", "apr_000000000000", "--outcome", "abandon"]);

    [Theory]
    [MemberData(nameof(JournalCommands))]
    public async Task AFileWhereTheDataDirectoryShouldBe_IsNamedAndKept(string[] arguments)
    {
        using var home = new TestHome();
        home.Data = home.Write("data", "precious");

        (await Call(home, arguments)).ExpectFailure(1, home.Data);

        Assert.Equal("precious", await File.ReadAllTextAsync(home.Data, TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(JournalCommands))]
    public async Task AJournalThatIsNoDatabase_IsNamedAndKept(string[] arguments)
    {
        using var home = new TestHome();
        var journal = home.Write("data/journal.db", new string('x', 10_000));

        (await Call(home, arguments)).ExpectFailure(1, "is not a journal");

        Assert.Equal(new string('x', 10_000), await File.ReadAllTextAsync(journal, TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(JournalCommands))]
    public async Task ADirectoryInPlaceOfTheJournal_IsNamed(string[] arguments)
    {
        using var home = new TestHome();
        Directory.CreateDirectory(Path.Combine(home.Data, "journal.db"));

        (await Call(home, arguments)).ExpectFailure(1, "cannot be opened");
    }

    [Fact]
    public async Task ADamagedJournal_IsNamedAndDoctorFindsIt()
    {
        using var home = new TestHome();
        (await home.RunAsync("run", "support", "Where is order 1042?")).Expect(0);
        var journal = Path.Combine(home.Data, "journal.db");
        await using (var file = File.OpenWrite(journal))
        {
            file.Seek(100, SeekOrigin.Begin);
            file.Write(Enumerable.Repeat((byte)0xAA, 8000).ToArray());
        }

        foreach (var leftover in (string[])["-wal", "-shm"])
        {
            File.Delete(journal + leftover);
        }

        (await home.RunAsync("runs", "list")).ExpectFailure(1, journal);
        var doctor = await home.RunAsync("doctor");
        doctor.Expect(1);
        Assert.Contains(journal, doctor.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", doctor.Out + doctor.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AJournalWhosePagesDoNotFit_OpensAndDoctorFindsIt()
    {
        using var home = new TestHome();
        (await home.RunAsync("run", "support", "Where is order 1042?")).Expect(0);
        var journal = Path.Combine(home.Data, "journal.db");
        Assert.Contains("its file is whole", (await home.RunAsync("doctor")).Expect(0).Out, StringComparison.Ordinal);
        await using (var file = File.OpenWrite(journal))
        {
            // Behind the first page and the schema, where opening does not look.
            file.Seek(-40_000, SeekOrigin.End);
            file.Write(Enumerable.Repeat((byte)0xAA, 30_000).ToArray());
        }

        Assert.Contains($"'{journal}' is damaged", (await home.RunAsync("doctor")).Expect(1).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnEmbeddingModelThatIsNotThere_IsOneFindingOfDoctor()
    {
        using var home = new TestHome();
        var config = home.Write("config.json", """{ "KernelHost": { "Embeddings": { "Provider": "onnx", "Model": "/nowhere" } } }""");

        var doctor = (await home.CallAsync("doctor", "--config", config, "-o", "json")).Expect(1).Json;

        Assert.Contains(doctor.Items("checks"), static check => check.Text("area") == "agent");
        Assert.Contains("/nowhere", Assert.Single(doctor.Items("checks"), static check => check.Text("state") == "error").Text("message"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALockedJournal_IsToldAfterAWaitAndNothingIsLost()
    {
        using var home = new TestHome();
        (await home.RunAsync("run", "support", "Where is order 1042?")).Expect(0);
        await using (var holder = new SqliteConnection($"Data Source={Path.Combine(home.Data, "journal.db")};Pooling=False"))
        {
            await holder.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = holder.CreateCommand();
            command.CommandText = "BEGIN IMMEDIATE";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);

            (await home.RunAsync("run", "support", "Where is order 1043?")).ExpectFailure(1, "is locked by another process");
        }

        Assert.Single((await home.RunAsync("runs", "list", "-o", "json")).Expect(0).Json.Items("runs"));
        (await home.RunAsync("run", "support", "Where is order 1043?")).Expect(0);
    }

    [Fact]
    public async Task AMemoryThatIsNoDatabase_FailsTheSearchAndShowsInDoctor()
    {
        using var home = new TestHome();
        home.Write("data/memory.db", new string('x', 10_000));

        (await home.CallAsync("search", "help-center", "late delivery")).ExpectFailure(1, "memory.db");
        Assert.Contains("memory.db", (await home.CallAsync("doctor")).Expect(1).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AConfigurationWithSeveralErrors_TellsThemAllAtOnce()
    {
        using var home = new TestHome();
        var config = home.Write("bad.json", """
            { "KernelHost": { "DataDirektory": "x", "Policy": "missing.yaml", "Models": { "default": { "Provider": "openay", "TimeoutSeconds": "soon" } } } }
            """);

        var result = await home.RunAsync("runs", "list", "--config", config);

        result.ExpectFailure(2, "DataDirektory");
        Assert.Contains("missing.yaml", result.Error, StringComparison.Ordinal);
        Assert.Contains("openay", result.Error, StringComparison.Ordinal);
        Assert.Contains("soon", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await home.CallAsync("doctor", "--config", config)).Expect(1).Out.Split("DataDirektory is no setting").Length - 1);
    }

    [Theory]
    [InlineData("{ \"KernelHost\": ")]
    [InlineData("[1, 2]")]
    [InlineData("")]
    [InlineData("\u0000\u0001\u001b[31m")]
    public async Task ASettingsFileThatIsNoJson_IsNamed(string text)
    {
        using var home = new TestHome();
        var config = home.Write("broken.json", text);

        (await home.CallAsync("runs", "list", "--config", config)).ExpectFailure(2, "broken.json");
    }

    [Fact]
    public async Task SettingsComeFromTheWorkingDirectoryTheEnvironmentAndTheCommandLine_LaterOverEarlier()
    {
        using var home = new TestHome("wörk dir");
        home.Write("appsettings.json", """{ "KernelHost": { "Principal": "from-file", "DataDirectory": "ignored" } }""");

        var run = (await home.RunAsync("run", "support", "Where is order 1042?", "-o", "json")).Expect(0).Json;

        var shown = (await home.RunAsync("runs", "show", run.Text("runId"), "-o", "json")).Expect(0).Json;
        Assert.Equal("from-file", shown.Text("principal"));
        Assert.False(Directory.Exists(Path.Combine(home.Work, "ignored")));
        using var process = home.Start(("KernelHost__Principal", "from-environment"), "doctor");
        Assert.Contains("Acts for 'from-environment'.", (await TestHome.FinishAsync(process, "")).Expect(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABrokenAgentAndABrokenPlugin_AreReportedAndStopNobody()
    {
        using var home = new TestHome();
        home.Write("agents/broken.yaml", "name: broken\ninstructions: x\ntools: [customer-support/get_ordr]\n");
        home.Write("plugins/bad/plugin.json", "{ \"id\": 7 ");
        var more = (string[])["--agents", Path.Combine(home.Work, "agents"), "--plugins", Path.Combine(home.Work, "plugins")];

        var validated = (await home.CallAsync(["agent", "validate", .. more])).Expect(1);
        Assert.Contains("Did you mean 'customer-support/get_order'?", validated.Out, StringComparison.Ordinal);
        Assert.Contains("ok: agent 'support'", validated.Out, StringComparison.Ordinal);
        Assert.Contains("plugin.json", (await home.CallAsync(["plugin", "list", .. more])).Expect(0).Error, StringComparison.Ordinal);
        var problems = (await home.CallAsync("plugin", "validate", Path.Combine(home.Work, "plugins", "bad"), "-o", "json")).Expect(1).Json;
        Assert.False(problems.GetProperty("valid").GetBoolean());
        Assert.NotEmpty(problems.Items("problems"));
        var doctor = (await home.CallAsync(["doctor", "-o", "json", .. more])).Expect(1).Json;
        Assert.False(doctor.GetProperty("healthy").GetBoolean());
        Assert.Contains(doctor.Items("checks"), check => check.Text("area") == "plugin" && check.Text("state") == "error");
        Assert.Contains(doctor.Items("checks"), check => check.Text("area") == "plugin" && check.Text("state") == "ok");
        (await home.CallAsync(["run", "broken", "hello", .. more])).ExpectFailure(2, "get_ordr");
        (await home.CallAsync(["run", "support", "Where is order 1042?", .. more])).Expect(0);
    }

    private static Task<CliResult> Call(TestHome home, string[] arguments) => home.CallAsync("Where is order 1042?\n", isTerminal: false, arguments);
}
