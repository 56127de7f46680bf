using FsCheck;
using FsCheck.Fluent;
using KernelHost.Policy;
using KernelHost.Runs;
using KernelHost.Runs.Events;
using KernelHost.Runs.Journal;
using KernelHost.Runs.State;

namespace KernelHost.Tests.Runs.Approvals;

/// <summary>What holds of approvals whatever people do, in whatever order.</summary>
public sealed class ApprovalLaws
{
    /// <summary>What somebody does to the question, or what happens meanwhile.</summary>
    public enum Happening
    {
        BobSaysYes,
        CarolSaysYes,
        AliceWhoAskedSaysYes,
        DoraTheManagerSaysYes,
        EveWithoutRoleSaysYes,
        BobSaysNo,
        CarolSaysNo,
        BobChangesTheAmount,
        CarolChangesItToWhatIsDenied,
        HalfAnHourPasses,
        AnHourPasses,
        SomebodyResumes,
    }

    private const string Policy = PaymentHost.TwoSupervisors + "\n  - { id: never-much, decision: deny, tools: [test/pay], when: { amount: { greaterThan: 1000 } } }\n";

    // Two hours is the time of the question; most sequences are over before, some are not.
    private static Arbitrary<Happening[]> Steps => Arb.Array(Arb.From(Gen.Frequency(
        (8, Gen.Elements(Enum.GetValues<Happening>())),
        (4, Gen.Elements(Happening.BobSaysYes, Happening.CarolSaysYes, Happening.HalfAnHourPasses)))));

    [Fact]
    public void AnyInterleaving_OfPeopleTimeAndResumptions_EndsInTheOneOutcomeThatIsRight() => Properties.Check(Steps, FollowAsync, count: 200);

    private static async Task FollowAsync(Happening[] steps)
    {
        var host = new PaymentHost(Policy);
        var approval = await host.AskAsync();
        var expected = new Expected();
        foreach (var step in steps)
        {
            expected.Take(step);
            await DoAsync(host, approval, step);
            await AssertFoldIsListAsync(host, approval);
        }

        expected.Take(Happening.AnHourPasses);
        expected.Take(Happening.AnHourPasses);
        expected.Take(Happening.SomebodyResumes);
        host.Clock.Advance(TimeSpan.FromHours(2));
        var result = await host.ResumeAsync(approval);

        Assert.Equal(RunStatus.Completed, result.Status);
        Assert.Equal(expected.Paid is { } amount ? [amount] : [], host.Paid);
        Assert.Equal(expected.Status, (await host.FindAsync(approval)).Status);
        Assert.Single((await host.Host.EventsAsync(approval.SessionId)).OfType<CallEvent>(), outcome => outcome is CallCompleted or CallFailed);
    }

    private static async Task DoAsync(PaymentHost host, ApprovalSummary approval, Happening step)
    {
        try
        {
            switch (step)
            {
                case Happening.BobSaysYes or Happening.CarolSaysYes or Happening.AliceWhoAskedSaysYes or Happening.DoraTheManagerSaysYes or Happening.EveWithoutRoleSaysYes:
                    await host.SayAsync(approval, Name(step));
                    break;
                case Happening.BobSaysNo or Happening.CarolSaysNo:
                    await host.SayAsync(approval, Name(step), ApprovalAnswer.Denied);
                    break;
                case Happening.BobChangesTheAmount:
                    await host.SayAsync(approval, "bob", with: reply => reply with { Arguments = new Dictionary<string, object?> { ["amount"] = 7, ["note"] = "less" } });
                    break;
                case Happening.CarolChangesItToWhatIsDenied:
                    await host.SayAsync(approval, "carol", with: reply => reply with { Arguments = new Dictionary<string, object?> { ["amount"] = 5000, ["note"] = "more" } });
                    break;
                case Happening.HalfAnHourPasses:
                    host.Clock.Advance(TimeSpan.FromMinutes(30));
                    break;
                case Happening.AnHourPasses:
                    host.Clock.Advance(TimeSpan.FromHours(1));
                    break;
                default:
                    await host.ResumeAsync(approval);
                    break;
            }
        }
        catch (RunException)
        {
            // Refused; that nothing follows from it is what is checked.
        }
    }

    private static string Name(Happening step) => step switch
    {
        Happening.BobSaysYes or Happening.BobSaysNo => "bob",
        Happening.CarolSaysYes or Happening.CarolSaysNo => "carol",
        Happening.AliceWhoAskedSaysYes => "alice",
        Happening.DoraTheManagerSaysYes => "dora",
        _ => "eve",
    };

    private static async Task AssertFoldIsListAsync(PaymentHost host, ApprovalSummary approval)
    {
        var state = new SessionState(approval.SessionId);
        foreach (var runEvent in await host.Host.EventsAsync(approval.SessionId))
        {
            state.Apply(runEvent);
        }

        if (state.Run!.OpenCalls is [{ Approval: { } folded }])
        {
            var listed = await host.FindAsync(approval);
            Assert.Equal(
                (listed.Status, listed.Digest, listed.Arguments.GetRawText(), string.Join(',', listed.Details.Votes)),
                (folded.Status, folded.Digest, folded.Arguments.GetRawText(), string.Join(',', folded.Details.Votes)));
        }
    }

    /// <summary>What should happen, told without events, digests or a journal.</summary>
    private sealed class Expected
    {
        private readonly HashSet<string> _yes = [];
        private TimeSpan _age;
        private int _amount = 10;
        private bool _approved;

        public ApprovalStatus Status { get; private set; } = ApprovalStatus.Pending;

        public int? Paid { get; private set; }

        public void Take(Happening step)
        {
            _age += step switch
            {
                Happening.HalfAnHourPasses => TimeSpan.FromMinutes(30),
                Happening.AnHourPasses => TimeSpan.FromHours(1),
                _ => TimeSpan.Zero,
            };
            if (step == Happening.SomebodyResumes && _approved)
            {
                (_approved, Paid, Status) = (false, _amount, ApprovalStatus.Done);
            }

            if (Status == ApprovalStatus.Pending && step is not (Happening.HalfAnHourPasses or Happening.AnHourPasses))
            {
                Say(step);
            }
        }

        private void Say(Happening step)
        {
            if (_age >= TimeSpan.FromHours(2))
            {
                Status = ApprovalStatus.Expired;
                return;
            }

            switch (step)
            {
                case Happening.BobSaysNo or Happening.CarolSaysNo:
                    Status = ApprovalStatus.Denied;
                    return;
                case Happening.BobChangesTheAmount:
                    _amount = 7;
                    _yes.Clear();
                    _yes.Add("bob");
                    break;
                case Happening.BobSaysYes or Happening.CarolSaysYes:
                case Happening.DoraTheManagerSaysYes when _age >= TimeSpan.FromMinutes(30):
                    _yes.Add(Name(step));
                    break;
            }

            if (_yes.Count >= 2)
            {
                (_approved, Status) = (true, ApprovalStatus.Approved);
            }
        }
    }
}
