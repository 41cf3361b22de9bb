namespace Idp.Simulation.Worlds;

/// <summary>What one region's telemetry says about one hour, all objects together.</summary>
public readonly record struct Reading(int Hour, int Region);
