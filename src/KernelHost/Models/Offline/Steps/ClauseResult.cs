using KernelHost.Models.Offline.Conditions;
using KernelHost.Models.Offline.Filling;
using KernelHost.Models.Offline.History;
using KernelHost.Models.Offline.Language;

namespace KernelHost.Models.Offline.Steps;

/// <summary>How far a clause is served.</summary>
internal enum ClauseState
{
    /// <summary>Nothing was asked, or nothing fits and nothing needs to.</summary>
    Nothing,

    /// <summary>It has calls: made already, or to be made now.</summary>
    Served,

    /// <summary>A required value is missing.</summary>
    NeedsInput,

    /// <summary>No offered tool does it.</summary>
    NoTool,

    /// <summary>Its condition does not hold.</summary>
    NotMet,

    /// <summary>Whether its condition holds cannot be told.</summary>
    CannotTell,

    /// <summary>The user forbade it.</summary>
    Forbidden,
}

/// <summary>What becomes of one clause.</summary>
internal sealed class ClauseResult(Clause clause)
{
    public Clause Clause { get; } = clause;

    public ClauseState State { get; set; }

    /// <summary>Calls to make now.</summary>
    public List<PlannedCall> Proposed { get; } = [];

    /// <summary>Calls in the history that serve it.</summary>
    public List<PastCall> Made { get; } = [];

    /// <summary>The call that lacks a value.</summary>
    public PlannedCall? Incomplete { get; set; }

    public Verdict? Verdict { get; set; }
}
