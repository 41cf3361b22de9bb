using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Idp.Client.Tests;

/// <summary>An application's own EF Core context, unchanged but for where its connection comes from.</summary>
internal sealed class ProfileContext(NpgsqlConnection connection) : DbContext
{
    public DbSet<Profile> Profiles => Set<Profile>();

    protected override void OnConfiguring(DbContextOptionsBuilder optionsBuilder) => optionsBuilder.UseNpgsql(connection);

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Profile>(profile =>
    {
        profile.ToTable("profile").HasKey(row => new { row.UserId, row.Id });
        profile.Property(row => row.UserId).HasColumnName("user_id");
        profile.Property(row => row.Id).HasColumnName("id").ValueGeneratedNever();
        profile.Property(row => row.Value).HasColumnName("value");
    });
}
