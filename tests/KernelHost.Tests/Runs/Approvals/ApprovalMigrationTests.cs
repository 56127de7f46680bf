using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Runs.Journal;

namespace KernelHost.Tests.Runs.Approvals;

/// <summary>Approvals of earlier versions, which knew only that somebody had answered, say what became of them.</summary>
public sealed class ApprovalMigrationTests
{
    [Theory]
    [InlineData("format-1.db")]
    [InlineData("format-2.db")]
    public async Task Open_FileOfAnEarlierVersion_AnsweredQuestionsAreDoneAndOpenOnesAreOpen(string name)
    {
        using var file = JournalFile.CopyOf(name);
        await using var journal = SqliteJournal.Open(file.Directory);

        var approvals = await journal.ListApprovalsAsync(new ApprovalFilter(), TestContext.Current.CancellationToken);

        Assert.Equal([ApprovalStatus.Done, ApprovalStatus.Pending], approvals.Select(approval => approval.Status).Order().Reverse());
        Assert.All(approvals, approval => Assert.Null(approval.ExpiresAt));
    }

    [Theory]
    [InlineData("Denied", "", ApprovalStatus.Denied)]
    [InlineData("Happened", "", ApprovalStatus.Resolved)]
    [InlineData("Approved", "DELETE FROM events WHERE CAST(payload AS TEXT) LIKE '%call-completed%'", ApprovalStatus.Executing)]
    [InlineData("Approved", "DELETE FROM events WHERE CAST(payload AS TEXT) LIKE '%call-completed%' OR CAST(payload AS TEXT) LIKE '%call-started%'", ApprovalStatus.Approved)]
    [InlineData("Approved", "UPDATE events SET payload = replace(CAST(payload AS TEXT), 'call-completed', 'call-failed')", ApprovalStatus.Failed)]
    public async Task Open_FileOfAnEarlierVersion_SaysWhatBecameOfAnAnswer(string answer, string change, ApprovalStatus status)
    {
        using var file = JournalFile.CopyOf("format-2.db");
        file.Execute($"UPDATE approvals SET answer = '{answer}' WHERE status = 'Decided'; {change}");
        await using var journal = SqliteJournal.Open(file.Directory);

        Assert.Contains(await journal.ListApprovalsAsync(new ApprovalFilter(), TestContext.Current.CancellationToken), approval => approval.Status == status);
    }
}
