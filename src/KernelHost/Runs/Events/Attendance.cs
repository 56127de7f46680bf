namespace KernelHost.Runs.Events;

/// <summary>That nobody is there whom a run could ask while it works. A run that does not say so is attended.</summary>
public enum Attendance
{
    /// <summary>Nobody is there: the policy's rule says what then happens, or else the host.</summary>
    Unattended,

    /// <summary>Nobody is there, and whatever would be asked is denied.</summary>
    Deny,
}
