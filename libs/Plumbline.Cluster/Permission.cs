namespace Plumbline.Cluster;

/// <summary>Something that an account may do or not.</summary>
/// <param name="Namespace">Null: in the whole cluster.</param>
/// <param name="Name">Null: of any name. Who may do it to one object alone is only found to, when asked about that one.</param>
public sealed record Permission(string Group, string Resource, string? Namespace, string Verb, string? Name = null)
{
    public override string ToString() =>
        $"{Verb} {Resource}{(Group.Length > 0 ? $".{Group}" : "")}{(Name is null ? "" : $" {Name}")}{(Namespace is null ? "" : $" in namespace {Namespace}")}";
}
