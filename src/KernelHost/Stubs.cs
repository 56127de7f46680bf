#pragma warning disable
namespace KernelHost.Agents { public sealed record AgentLimits { public int Steps {get;init;}=20; public int ToolCalls{get;init;}=40; public long Tokens {get;init;}=200000; public TimeSpan WallTime {get;init;}=TimeSpan.FromMinutes(5); public int ParallelCalls{get;init;}=4; } public sealed class AgentException(string m):Exception(m); }
namespace KernelHost.Models { public sealed class ModelException(string m):Exception(m); }
