using Google.Protobuf.WellKnownTypes;
using Idp.DevServer.Grpc;
using Temporalio.Api.Protocol.V1;

namespace Idp.DevServer.Engine.Runs;

/// <summary>The updates of a run that are not completed, in the order of their admission.</summary>
internal sealed class UpdateRegistry
{
    private readonly Dictionary<string, Update> _updates = [];
    private readonly List<Update> _order = [];

    public int InFlight => _updates.Count;

    /// <summary>Some are yet to be sent to the worker.</summary>
    public bool HasOutgoing => _order.Exists(u => u.Stage is UpdateStage.Admitted);

    public bool HasUnaccepted => _order.Exists(u => u.Stage is UpdateStage.Admitted or UpdateStage.Sent);

    public IEnumerable<Update> All => _order;

    public Update? Find(string id) => _updates.GetValueOrDefault(id);

    public void Add(Update update)
    {
        _updates.Add(update.Id, update);
        _order.Add(update);
    }

    public void Remove(Update update)
    {
        _updates.Remove(update.Id);
        _order.Remove(update);
    }

    /// <summary>What the workflow task that starts now carries.</summary>
    public List<Message> Send(long startedEventId)
    {
        var messages = new List<Message>();
        foreach (var update in _order.Where(u => u.Stage is UpdateStage.Admitted or UpdateStage.Sent && u.Request is not null))
        {
            update.Stage = UpdateStage.Sent;
            messages.Add(new Message
            {
                Id = update.MessageId,
                ProtocolInstanceId = update.Id,
                EventId = startedEventId - 1,
                Body = Any.Pack(update.Request!),
            });
        }

        return messages;
    }

    /// <summary>The task that carried them is gone without an answer.</summary>
    public void ResendAll()
    {
        foreach (var update in _order.Where(u => u.Stage is UpdateStage.Sent))
        {
            update.Stage = UpdateStage.Admitted;
        }
    }

    /// <summary>Ends those that no worker will ever answer.</summary>
    public void Abort(Func<Update, bool> which, Action<Update> tell)
    {
        foreach (var update in _order.Where(which).ToList())
        {
            Remove(update);
            tell(update);
        }
    }
}
