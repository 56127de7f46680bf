using FsCheck;
using FsCheck.Fluent;
using KernelHost.Catalog;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Tests.Policy;

namespace KernelHost.Tests.Runs.Approvals;

/// <summary>An approval is for one action: whatever of it changes, the approval is void.</summary>
public sealed class BindingLaws
{
    /// <summary>What may change between a yes and the call.</summary>
    public enum Change
    {
        Nothing,
        PluginFiles,
        Policy,
        RuleTerms,
        ApproverLeft,
        ApproverLostRole,
        ApproverRenamed,
    }

    private static readonly string[] Texts = ["a", "A", "a\u200b", "а", "", "t", "n1e0", "null", "é", "e\u0301", "10"];

    private static Gen<object?> Value => Gen.OneOf(
        Gen.Elements(Texts).Select(text => (object?)text),
        Gen.Choose(-3, 12).Select(number => (object?)number),
        Gen.Elements<object?>(null, true, false, 0.5, 1e3));

    private static Gen<Dictionary<string, object?>> Arguments =>
        Gen.ListOf(Gen.Elements("amount", "to", "note", "Amount").Zip(Value, (name, value) => (name, value)))
            .Select(pairs => pairs.GroupBy(pair => pair.name).ToDictionary(group => group.Key, group => group.Last().value, StringComparer.Ordinal));

    [Fact]
    public void Digest_OfTwoSetsOfArguments_IsEqualExactlyWhenTheyAre() => Properties.Check(
        Arb.From(Arguments.Zip(Arguments, (left, right) => (left, right))),
        pair => Assert.Equal(AreSame(pair.left, pair.right), Digest(pair.left) == Digest(pair.right)),
        count: 2000);

    [Fact]
    public void Digest_AnyOneThingChanged_IsAnother() => Properties.Check(
        Arb.From(Arguments.Zip(Gen.Choose(0, 9), (arguments, what) => (arguments, what))),
        one => Assert.NotEqual(Digest(one.arguments), Changed(one.arguments, one.what)),
        count: 500);

    [Fact]
    public void Approval_AnythingChangedBeforeItIsUsed_IsAskedAgainAndNothingIsPaid() => Properties.Check(
        Arb.From(Gen.Elements(Enum.GetValues<Change>()).Zip(Gen.Choose(1, 99), (change, amount) => (change, amount))),
        one => UseAfterAsync(one.change, one.amount),
        count: 60);

    private static async Task UseAfterAsync(Change change, int amount)
    {
        await using var journal = new MemoryJournal();
        var arguments = new { amount, note = "x" };
        var approval = await new PaymentHost(PaymentHost.OneSupervisor, journal, arguments).AskAsync();
        await new PaymentHost(PaymentHost.OneSupervisor, journal, arguments).SayAsync(approval, "bob");
        var later = Later(change, journal, arguments);

        var result = await later.ResumeAsync(approval);

        if (change == Change.Nothing)
        {
            Assert.Equal([amount], later.Paid);
            return;
        }

        Assert.Empty(later.Paid);
        var again = Assert.Single(result.Approvals);
        Assert.Equal((approval.ApprovalId, ApprovalStatus.Pending), (again.Details.Replaces, again.Status));
        Assert.NotEmpty(again.Details.Differences);
        Assert.Equal((ApprovalStatus.Reopened, again.ApprovalId), ((await later.FindAsync(approval)).Status, (await later.FindAsync(approval)).Details.ReplacedBy));
        await later.SayAsync(again, "carol");
        await later.ResumeAsync(again);
        Assert.Equal([amount], later.Paid);
    }

    private static PaymentHost Later(Change change, JournalStore journal, object arguments) => change switch
    {
        Change.PluginFiles => new(PaymentHost.OneSupervisor, journal, arguments, contentHash: "other"),
        Change.Policy => new(PaymentHost.OneSupervisor + "\n  - { id: other, decision: deny, tools: [test/pay], when: { amount: { equals: 777 } } }\n", journal, arguments),
        Change.RuleTerms => new(PaymentHost.OneSupervisor.Replace("expiresAfter: 2h", "expiresAfter: 3h", StringComparison.Ordinal), journal, arguments),
        Change.ApproverLeft => new(PaymentHost.OneSupervisor, journal, arguments, settings: People(new Approver("dan", ["supervisor"]))),
        Change.ApproverLostRole => new(PaymentHost.OneSupervisor, journal, arguments, settings: People(new Approver("bob", ["intern"]), new Approver("dan", ["supervisor"]))),
        Change.ApproverRenamed => new(PaymentHost.OneSupervisor, journal, arguments, settings: People(new Approver("dan", ["supervisor"]), new Approver("Bob", ["supervisor"]))),
        _ => new(PaymentHost.OneSupervisor, journal, arguments),
    };

    private static ApprovalSettings People(params Approver[] people) => new() { Approvers = new Approvers([.. people, new Approver("carol", ["supervisor"])]) };

    private static bool AreSame(Dictionary<string, object?> left, Dictionary<string, object?> right) =>
        left.Count == right.Count && left.All(pair => right.TryGetValue(pair.Key, out var value) && (Number(pair.Value), Number(value)) switch
        {
            ({ } one, { } other) => one == other,
            (null, null) => Equals(pair.Value, value),
            _ => false,
        });

    private static decimal? Number(object? value) => value is int or double ? Convert.ToDecimal(value, System.Globalization.CultureInfo.InvariantCulture) : null;

    private static string Digest(Dictionary<string, object?> arguments) => ActionDigest.Compute(TestTools.Pay, arguments, "alice", "v1", Terms, Integrity.Typed);

    private static ApprovalTerms Terms { get; } = new() { Approvers = ["supervisor"], Quorum = 2, ExpiresAfter = TimeSpan.FromHours(1) };

    private static string Changed(Dictionary<string, object?> arguments, int what) => what switch
    {
        0 => ActionDigest.Compute(TestTools.Pay, arguments, "bob", "v1", Terms, Integrity.Typed),
        1 => ActionDigest.Compute(TestTools.Pay, arguments, "alice", "v2", Terms, Integrity.Typed),
        2 => ActionDigest.Compute(TestTools.Pay, arguments, "alice", "v1", Terms with { Quorum = 1 }, Integrity.Typed),
        3 => ActionDigest.Compute(TestTools.Pay, arguments, "alice", "v1", Terms with { Approvers = null }, Integrity.Typed),
        4 => ActionDigest.Compute(TestTools.Pay, arguments, "alice", "v1", Terms with { SeparateApprover = true }, Integrity.Typed),
        5 => ActionDigest.Compute(TestTools.Pay, arguments, "alice", "v1", Terms, Integrity.Untrusted),
        6 => ActionDigest.Compute(TestTools.Pay, arguments, "alice", "v1", terms: null, Integrity.Typed),
        7 => ActionDigest.Compute(TestTools.Post, arguments, "alice", "v1", Terms, Integrity.Typed),
        8 => Digest(new(arguments) { ["one more"] = 1 }),
        _ => ActionDigest.Compute(TestTools.Pay, arguments, "alice", "v1", Terms),
    };
}
