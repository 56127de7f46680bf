using System.Diagnostics;
using System.Globalization;
using KernelHost.CrashHost;
using KernelHost.Memory.Conformance;
using KernelHost.Memory.Records;
using KernelHost.Memory.Sqlite;
using Record = KernelHost.Memory.Records.Record;

namespace KernelHost.Tests.Memory.Sqlite;

/// <summary>A real process that writes, deletes and rebuilds, and is killed with SIGKILL in between, again and again on one file.</summary>
public sealed class MemoryKillTests
{
    private const int Kills = 8;
    private const int Seed = 41;

    [Fact]
    public async Task Process_KilledWhileItWrites_WhatWasAcknowledgedIsThereAndAllTablesAgree()
    {
        using var directory = new SqliteDirectory();
        var random = new Random(Seed);
        var acknowledged = 0;
        for (var kill = 0; kill < Kills; kill++)
        {
            acknowledged = Math.Max(acknowledged, await RunAndKillAsync(directory.File, random.Next(1, 45)));

            using var store = new SqliteRecordStore(directory.File);
            var collection = store.GetCollection(MemoryOperations.Collection);
            var state = (await collection.GetStateAsync(Cancellation))!;
            var done = int.Parse(state.Properties[MemoryOperations.Done], CultureInfo.InvariantCulture);
            Assert.InRange(done, acknowledged, acknowledged + 1);
            Assert.Empty(await store.VerifyAsync(Cancellation));
            await ExpectAsync(collection, MemoryOperations.After(Seed, done));
            acknowledged = done;
        }

        // Nothing is left of rebuilds that were killed, once somebody writes.
        using var last = new SqliteRecordStore(directory.File);
        await last.GetCollection(MemoryOperations.Collection).EnsureExistsAsync(MemoryOperations.Schema, new Dictionary<string, string>(), Cancellation);
        Assert.Equal(1, directory.Count("contents"));
        Assert.Single(directory.Tables("rows_%"));
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task ExpectAsync(RecordCollection collection, Dictionary<object, Record> expected)
    {
        var reference = new ReferenceRecordStore(new ReferenceRecordStore.Database()).GetCollection("expected");
        await reference.EnsureExistsAsync(MemoryOperations.Schema, new Dictionary<string, string>(), Cancellation);
        await reference.UpsertAsync([.. expected.Values], Cancellation);
        var all = new RecordListing { Top = int.MaxValue, IncludeVectors = true };
        var (left, right) = (await reference.ListAsync(all, Cancellation), await collection.ListAsync(all, Cancellation));
        Assert.Equal(left.Select(static record => record.Key), right.Select(static record => record.Key));
        foreach (var (one, other) in left.Zip(right))
        {
            Assert.Equal((one["text"], one["stars"]), (other["text"], other["stars"]));
            Assert.Equal(one.Vectors.Values.Select(static vector => vector.ToArray()), other.Vectors.Values.Select(static vector => vector.ToArray()));
        }

        var search = new RecordSearch { Keywords = new("wordaa wordbc wordcd worddb"), Vectors = [new("embedding", new float[] { 1, 0, 1, 0, 1, 0, 1, 0 })], Top = 20 };
        Assert.Equal(
            (await reference.SearchAsync(search, Cancellation)).Select(static hit => (hit.Record.Key, Math.Round(hit.Score, 9))),
            (await collection.SearchAsync(search, Cancellation)).Select(static hit => (hit.Record.Key, Math.Round(hit.Score, 9))));
    }

    // Kills it while the operation after the last one that is waited for is under way.
    private static async Task<int> RunAndKillAsync(string file, int operations)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["DOTNET_EnableDiagnostics"] = "0" } };
        foreach (var argument in new[] { typeof(MemoryOperations).Assembly.Location, "memory", file, Seed.ToString(CultureInfo.InvariantCulture) })
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var acknowledged = 0;
        for (var i = 0; i < operations; i++)
        {
            acknowledged = await process.StandardOutput.ReadLineAsync(Cancellation) is { } line
                ? int.Parse(line, CultureInfo.InvariantCulture)
                : throw new InvalidOperationException(await process.StandardError.ReadToEndAsync(Cancellation));
        }

        process.Kill();
        await process.WaitForExitAsync(Cancellation);

        // What it said before it died, without the line that it may have died in.
        var rest = (await process.StandardOutput.ReadToEndAsync(Cancellation)).Split('\n');
        return rest.Length > 1 ? int.Parse(rest[^2], CultureInfo.InvariantCulture) : acknowledged;
    }
}
