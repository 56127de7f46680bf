using Microsoft.Extensions.DependencyInjection;

namespace KernelHost;

/// <summary>Collects the contributions and services of one plugin. Used once, on one thread.</summary>
public sealed class PluginBuilder
{
    private readonly List<Type> _toolTypes = [];
    private readonly List<RetrieverContribution> _retrievers = [];
    private readonly List<PromptContribution> _prompts = [];

    internal PluginBuilder(PluginEnvironment environment, IServiceCollection services)
    {
        Environment = environment;
        Services = services;
    }

    /// <summary>The plugin's directories and configuration; also registered in <see cref="Services"/>.</summary>
    public PluginEnvironment Environment { get; }

    /// <summary>
    /// The plugin's own container. The host registers logging and <see cref="PluginEnvironment"/>, builds it when the plugin is
    /// loaded and disposes it when the plugin is unloaded.
    /// </summary>
    public IServiceCollection Services { get; }

    internal bool UsesModel { get; private set; }

    internal IReadOnlyList<Type> ToolTypes => _toolTypes;

    internal IReadOnlyList<RetrieverContribution> Retrievers => _retrievers;

    internal IReadOnlyList<PromptContribution> Prompts => _prompts;

    /// <summary>Contributes every public method of <typeparamref name="T"/> that carries <c>[KernelFunction]</c> as a tool.</summary>
    /// <typeparam name="T">A class; it is created once per load from <see cref="Services"/>, so it must be safe for concurrent calls.</typeparam>
    public PluginBuilder AddTools<T>()
        where T : class
    {
        _toolTypes.Add(typeof(T));
        return this;
    }

    /// <summary>Declares that tools of the plugin ask the model themselves, through <see cref="ToolContext.ChatClient"/>. It stands in the manifest, for whoever reviews it.</summary>
    public PluginBuilder UseModel()
    {
        UsesModel = true;
        return this;
    }

    /// <summary>Contributes a retriever that the plugin implements.</summary>
    /// <typeparam name="T">Created once per load from <see cref="Services"/>.</typeparam>
    /// <param name="name">Lower-case letters, digits, <c>_</c> and <c>-</c>; unique in the plugin.</param>
    /// <param name="description">What can be found with it; the model chooses by this text.</param>
    public PluginBuilder AddRetriever<T>(string name, string description)
        where T : Retriever
    {
        _retrievers.Add(new RetrieverContribution(name, description, typeof(T), Documents: null));
        return this;
    }

    /// <summary>Contributes documents. The host ingests them into its memory, incrementally, and offers a retriever over them.</summary>
    /// <param name="name">Lower-case letters, digits, <c>_</c> and <c>-</c>; unique in the plugin.</param>
    /// <param name="description">What can be found in them; the model chooses by this text.</param>
    /// <param name="pattern">Files below <see cref="PluginEnvironment.PluginDirectory"/>, for example <c>articles/**/*.md</c>.</param>
    public PluginBuilder AddDocuments(string name, string description, string pattern)
    {
        _retrievers.Add(new RetrieverContribution(name, description, RetrieverType: null, pattern));
        return this;
    }

    /// <summary>Contributes a prompt template that agents may use in their instructions.</summary>
    /// <param name="name">Lower-case letters, digits, <c>_</c> and <c>-</c>; unique in the plugin.</param>
    /// <param name="description">What the template is for.</param>
    /// <param name="template">The text, in Semantic Kernel's template language: <c>{{$variable}}</c>. It cannot call functions.</param>
    public PluginBuilder AddPrompt(string name, string description, string template)
    {
        _prompts.Add(new PromptContribution(name, description, template));
        return this;
    }
}

internal sealed record RetrieverContribution(string Name, string Description, Type? RetrieverType, string? Documents);

internal sealed record PromptContribution(string Name, string Description, string Template);
