namespace KernelHost.Models;

/// <summary>Whether trying again can help.</summary>
public enum ModelErrorKind
{
    /// <summary>The same request may succeed later: a limit of rate, a time-out, a lost connection, a fault of the provider.</summary>
    Temporary,

    /// <summary>The same request fails again until somebody changes something: key, model, endpoint or the request itself.</summary>
    Permanent,
}
