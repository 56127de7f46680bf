namespace KernelHost.Models;

/// <summary>What the options of a chat model and of an embedding model share, so that one set of rules checks both.</summary>
internal interface IEndpointOptions
{
    string Provider { get; }

    string? Model { get; }

    Uri? Endpoint { get; }

    string? ApiKey { get; }

    int TimeoutSeconds { get; }

    int MaxRetries { get; }
}
