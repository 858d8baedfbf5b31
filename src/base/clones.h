/* BKI_CLONES: compile a function once for each vector width and choose at load time.
 * Only for functions whose bits do not depend on the width: no sums across iterations, and -ffp-contract=off forbids
 * fused products.  Left out under sanitizers, whose run time is not yet up when the choice is made, and
 * with Clang, whose version 14 gives such a function a name that other files cannot link to. */
#ifndef BASE_CLONES_H
#define BASE_CLONES_H

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define BKI_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BKI_SANITIZED 1
#endif

#ifdef BKI_CLONES
/* given on the command line, by tests that compare the widths */
#elif defined(__x86_64__) && defined(__gnu_linux__) && !defined(__clang__) && !defined(BKI_SANITIZED)
#define BKI_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define BKI_CLONES
#endif

#endif
