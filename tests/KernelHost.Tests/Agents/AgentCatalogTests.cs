using KernelHost.Agents;

namespace KernelHost.Tests.Agents;

public sealed class AgentCatalogTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Load_SeveralFiles_AreSortedByNameAndOthersIgnored()
    {
        Write("b.yaml", "name: zebra\ninstructions: x");
        Write("a.yml", "name: ant\ninstructions: x");
        Write("notes.txt", "name: no\ninstructions: x");
        Write("sub/c.yaml", "name: sub\ninstructions: x");
        Assert.Equal(["ant", "zebra"], Load().Entries.Select(entry => entry.Name));
    }

    [Fact]
    public void Load_BrokenFile_IsAnEntryWithErrorsAndNeverHidesItsNeighbours()
    {
        Write("good.yaml", "name: good\ninstructions: x");
        Write("bad.yaml", "name: [");
        var catalog = Load();
        Assert.Equal("good", catalog.Find("good").Name);
        var exception = Assert.Throws<AgentException>(() => catalog.Find("bad"));
        Assert.StartsWith("Agent 'bad' has an error: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("bad.yaml:2:1: This is not valid YAML", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OneNameInTwoFiles_IsAnErrorThatNamesBoth()
    {
        var first = Write("one.yaml", "name: same\ninstructions: x");
        var second = Write("two.yaml", "name: same\ninstructions: y");
        var errors = Assert.Throws<AgentException>(() => Load().Find("same")).Errors;
        Assert.Equal(
            [$"{first}: The agent name 'same' is also used by '{second}'. Rename one of them.", $"{second}: The agent name 'same' is also used by '{first}'. Rename one of them."],
            errors.Select(error => error.ToString()));
    }

    [Fact]
    public void Load_UnreadableFileNamedLikeAnAgent_DoesNotTakeItsName()
    {
        Write("main.yaml", "name: support\ninstructions: x");
        Write("support.yaml", "{");
        var catalog = Load();
        Assert.Equal("support", catalog.Find("support").Name);
        Assert.Equal(2, catalog.Entries.Count);
    }

    [Fact]
    public void Load_OneDirectoryTwice_IsReadOnce()
    {
        Write("a.yaml", "name: a\ninstructions: x");
        Assert.NotNull(AgentCatalog.Load([_directory.Path, _directory.Path]).Find("a"));
    }

    [Fact]
    public void Load_MissingDirectory_IsAnErrorBesideTheOthers()
    {
        Write("a.yaml", "name: a\ninstructions: x");
        var missing = Path.Combine(_directory.Path, "not there ü");
        var catalog = AgentCatalog.Load([missing, _directory.Path]);
        Assert.Equal(missing, Assert.Single(catalog.DirectoryErrors).File);
        Assert.Single(catalog.Entries);
    }

    [Fact]
    public void Find_UnknownName_NamesTheNearestAndAll()
    {
        Write("a.yaml", "name: support\ninstructions: x");
        Write("b.yaml", "name: hello\ninstructions: x");
        Assert.Equal("There is no agent 'suport'. Did you mean 'support'? Known agents: hello, support.",
            Assert.Throws<AgentException>(() => Load().Find("suport")).Message);
        Assert.Contains("'⟦U+001B⟧[2J'", Assert.Throws<AgentException>(() => Load().Find("\u001b[2J")).Message, StringComparison.Ordinal);
        Assert.Throws<AgentException>(() => Load().Find(new string('x', 1_000_000)));
        Assert.Throws<AgentException>(() => Load().Find(""));
    }

    [Fact]
    public void Find_NoAgents_SaysWhereToPutOne() =>
        Assert.Equal($"There is no agent 'a': none is defined in '{_directory.Path}'. Put a YAML file there.",
            Assert.Throws<AgentException>(() => Load().Find("a")).Message);

    [Fact]
    public void Load_Samples_HaveNoErrors()
    {
        var catalog = AgentCatalog.Load([RepositoryFiles.PathOf("samples/agents"), RepositoryFiles.PathOf("samples/hello-plugin")]);
        Assert.Equal(["hello", "support"], catalog.Entries.Select(entry => entry.Name));
        Assert.All(catalog.Entries, entry => Assert.Empty(entry.Errors));
    }

    private AgentCatalog Load() => AgentCatalog.Load([_directory.Path]);

    private string Write(string name, string yaml) => _directory.Write(name, yaml);
}
