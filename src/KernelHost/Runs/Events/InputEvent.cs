namespace KernelHost.Runs.Events;

/// <summary>
/// What people, or other processes for them, put into the journal of a run: also while another process works on it. The process that
/// holds the session takes it in behind its own events; a replay takes it as given.
/// </summary>
public abstract class InputEvent : RunEvent;
