//! Sizes of the simulated disk, each with its reason.

/// What the disk tells SQLite its sector is: the block of today's flash and file systems, and our
/// page size, so that a damaged sector never holds two pages.
pub(super) const SECTOR_SIZE_BYTES: usize = 4096;

/// The unit in which a torn write arrives: the smallest block any drive writes.
pub(super) const TORN_SECTOR_SIZE_BYTES: usize = 512;

/// Where a torn write may stop inside such a block.
pub(super) const HALF_SECTOR_SIZE_BYTES: usize = 256;

/// A file above this is a bug of the simulation, not a workload: it answers "disk full".
pub(super) const FILE_SIZE_BYTES_MAX: usize = 1 << 30;

/// Longest file name, with its directories; that of most systems.
pub(super) const NAME_SIZE_BYTES_MAX: usize = 1024;

/// Size of one region of the WAL index that SQLite asks for.
pub(super) const SHARED_REGION_SIZE_BYTES: usize = 32 * 1024;

/// Regions of one WAL index: 64 of 4 096 frames each, far above what a simulated run writes.
pub(super) const SHARED_REGIONS_MAX: usize = 64;
