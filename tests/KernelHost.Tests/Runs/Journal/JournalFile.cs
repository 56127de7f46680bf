using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using Microsoft.Data.Sqlite;

namespace KernelHost.Tests.Runs.Journal;

/// <summary>A directory with a journal file, and a way to change the file behind the journal's back.</summary>
internal sealed class JournalFile : IDisposable
{
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("kernelhost journal ž-").FullName;

    public string Path => System.IO.Path.Combine(Directory, "journal.db");

    /// <summary>An event that says something.</summary>
    public static RunEvent Saying(string text) => new CallCompleted { RunId = "run_1", CallId = "1.1", Result = text };

    /// <summary>A copy of a file in the folder Data.</summary>
    public static JournalFile CopyOf(string name)
    {
        var file = new JournalFile();
        File.Copy(System.IO.Path.Combine(AppContext.BaseDirectory, "Runs", "Journal", "Data", name), file.Path);
        return file;
    }

    public void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public long Number(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt64(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);
}
