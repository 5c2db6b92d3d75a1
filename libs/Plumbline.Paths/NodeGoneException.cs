namespace Plumbline.Paths;

/// <summary>
/// The node to measure on does not exist. Either the trial was asked for again after its experiment had ended, or
/// someone removed the node.
/// </summary>
public sealed class NodeGoneException(string message) : Exception(message);
