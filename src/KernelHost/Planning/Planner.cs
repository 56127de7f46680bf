using Microsoft.Extensions.AI;

namespace KernelHost.Planning;

/// <summary>Chooses the next step of a run. It proposes; the host's loop decides what is carried out.</summary>
/// <remarks>Implementations are stateless and safe for concurrent runs: everything they need is in the context.</remarks>
public abstract class Planner
{
    /// <summary>Returns the model's next reply: an answer, or calls it proposes.</summary>
    /// <param name="context">The conversation so far and what the model may use.</param>
    /// <param name="cancellationToken">Cancels the model call.</param>
    public abstract ValueTask<ChatResponse> NextAsync(PlannerContext context, CancellationToken cancellationToken);
}
