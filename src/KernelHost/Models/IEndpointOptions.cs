namespace KernelHost.Models;

/// <summary>What the options of a chat model and of an embedding model share, so that both are read and checked by one set of rules.</summary>
internal interface IEndpointOptions
{
    string Provider { get; set; }

    string? Model { get; set; }

    Uri? Endpoint { get; set; }

    string? ApiKey { get; set; }

    int TimeoutSeconds { get; set; }

    int MaxRetries { get; set; }
}
