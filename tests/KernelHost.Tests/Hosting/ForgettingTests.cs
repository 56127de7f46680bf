using KernelHost.Hosting;
using KernelHost.Memory.Conformance;
using KernelHost.Memory.Recall;
using KernelHost.Models;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace KernelHost.Tests.Hosting;

public sealed class ForgettingTests
{
    [Fact]
    public async Task Forget_WithAModelWhoseVectorsAreKept_LeavesNoneOfThem()
    {
        using var directory = new TemporaryDirectory();
        using var generator = new ConceptGenerator(["tea"], ["doctor"]);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["KernelHost:DataDirectory"] = directory.Path,
            ["KernelHost:Embeddings:Provider"] = "onnx",
            ["KernelHost:Embeddings:Model"] = "model.onnx",
        }).Build();
        await using var host = AgentHost.Create(configuration, directory.Path, NullLoggerFactory.Instance, parts: new HostParts
        {
            OnnxEmbeddings = _ => new EmbeddingModel("concepts", 2, IsLexical: false, generator),
        });
        var item = await host.AgentMemory.SaveAsync(
            new MemoryOwner("ann", "ses_1", "support", Tenant: null), MemoryScope.User, "Ann likes tea", new MemoryOrigin("run_1", "1.1", Integrity.Trusted, DateTimeOffset.UnixEpoch), TestContext.Current.CancellationToken);
        Assert.Equal(1, Kept(directory.Path));

        var report = await host.ForgetAsync([item], text: null, dryRun: false, TestContext.Current.CancellationToken);

        Assert.True(report.IsComplete);
        Assert.Equal(0, Kept(directory.Path));
    }

    private static long Kept(string directory)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(directory, "embeddings.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM vectors";
        return (long)command.ExecuteScalar()!;
    }
}
