using System.Globalization;
using System.Text.Json.Nodes;
using KernelHost.Cli.Invocation;
using KernelHost.Cli.Output;
using KernelHost.Memory;

namespace KernelHost.Cli.Commands;

/// <summary>What an ingestion did, for people and for programs.</summary>
internal static class IngestOutput
{
    public static void Write(CliContext context, IngestRequest request, IngestReport report, bool isLine)
    {
        if (!context.Json)
        {
            WriteText(context, request, report);
        }
        else if (isLine)
        {
            context.Screen.Out.WriteLine(JsonOutput.Line(WriteJson(request, report)));
        }
        else
        {
            JsonOutput.Write(context.Screen, WriteJson(request, report));
        }

        context.Screen.Out.Flush();
    }

    private static void WriteText(CliContext context, IngestRequest request, IngestReport report)
    {
        context.Screen.Out.WriteLine(TerminalText.Line(string.Create(CultureInfo.InvariantCulture,
            $"Collection '{request.Collection}'{(request.IsDryRun ? ", as it would be" : "")}: {report.Added} added, {report.Updated} updated, {report.Removed} removed, {report.Unchanged} unchanged; {report.EmbeddedChunks} passages {(request.IsDryRun ? "to embed" : "embedded")}.")));
        var table = new Table("File", "What", "Why");
        AddAll(table, "skipped", report.Skipped);
        AddAll(table, "warning", report.Warnings);
        AddAll(table, "duplicate", report.Duplicates);
        if (table.Rows.Count > 0)
        {
            table.Write(context.Screen);
        }
    }

    private static void AddAll(Table table, string what, IReadOnlyList<IngestNotice> notices)
    {
        foreach (var notice in notices)
        {
            table.Add(notice.Path, what, notice.Reason);
        }
    }

    private static JsonObject WriteJson(IngestRequest request, IngestReport report) => new()
    {
        ["collection"] = request.Collection,
        ["directory"] = request.Directory,
        ["dryRun"] = request.IsDryRun,
        ["added"] = report.Added,
        ["updated"] = report.Updated,
        ["removed"] = report.Removed,
        ["unchanged"] = report.Unchanged,
        ["embeddedChunks"] = report.EmbeddedChunks,
        ["skipped"] = JsonOutput.Array(report.Skipped, Write),
        ["warnings"] = JsonOutput.Array(report.Warnings, Write),
        ["duplicates"] = JsonOutput.Array(report.Duplicates, Write),
    };

    private static JsonObject Write(IngestNotice notice) => new() { ["path"] = notice.Path, ["reason"] = notice.Reason };
}
