/* A 64-bit hash for keys of caches and tables; not against adversaries.
 * Source: FNV-1a (Fowler, Noll, Vo 1991) over the bytes, then the finalising mixer of Steele, Lea & Flood (2014,
 * SplitMix). */
#include "buckle/base.h"

uint64_t
bk_hash(uint64_t seed, const void *bytes, size_t n)
{
    const unsigned char *byte = bytes;
    uint64_t             hash = UINT64_C(0xcbf29ce484222325) ^ seed;

    for (size_t i = 0; i < n; i++)
        hash = (hash ^ byte[i]) * UINT64_C(0x100000001b3);
    hash = (hash ^ (hash >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    hash = (hash ^ (hash >> 27)) * UINT64_C(0x94d049bb133111eb);
    return hash ^ (hash >> 31);
}
