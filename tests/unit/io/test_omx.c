/* OMX: what is written is laid out as the format asks and read back; what is not OMX is refused by name. */
#include "io_test.h"

#include "buckle/omx.h"

#include <hdf5.h>

typedef struct omx_folder {
    bkt_io          io;
    char            path[64];
    bk_road_network network; /* of three zones, ids 5, 7, x */
} omx_folder;

static const char *const zones[] = {"5", "7", "x"};

static void
start(omx_folder *folder)
{
    bkt_io_start(&folder->io);
    bkt_folder_create(folder->path);
    folder->network = (bk_road_network){.n_zones = 3, .n_nodes = 3, .zone_ids = zones};
}

static void
stop(omx_folder *folder)
{
    bkt_folder_remove(folder->path);
    bkt_io_stop(&folder->io);
}

/* Layers of one file, made by HDF5 alone: what is given is put, NULL leaves it out. */
typedef struct plan {
    const char *version;
    int         shape[2]; /* 0: no attribute */
    const char *matrix;
    hid_t       type;
    hsize_t     dimensions[2];
    const char *lookup;
    int         ids[3];
} plan;

static void
make(const char *path, const plan *of, const double *values)
{
    const hid_t   file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), scalar = H5Screate(H5S_SCALAR);
    const hsize_t two = 2, three = 3;

    assert_true(file >= 0);
    if (of->version != NULL) {
        const hid_t type = H5Tcopy(H5T_C_S1);
        H5Tset_size(type, strlen(of->version));
        const hid_t attribute = H5Acreate2(file, "OMX_VERSION", type, scalar, H5P_DEFAULT, H5P_DEFAULT);
        H5Awrite(attribute, type, of->version);
        H5Aclose(attribute);
        H5Tclose(type);
    }
    if (of->shape[0] != 0) {
        const hid_t space = H5Screate_simple(1, &two, NULL);
        const hid_t attribute = H5Acreate2(file, "SHAPE", H5T_NATIVE_INT, space, H5P_DEFAULT, H5P_DEFAULT);
        H5Awrite(attribute, H5T_NATIVE_INT, of->shape);
        H5Aclose(attribute);
        H5Sclose(space);
    }
    if (of->matrix != NULL) {
        const hid_t group = H5Gcreate2(file, "data", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        const hid_t space = H5Screate_simple(2, of->dimensions, NULL);
        const hid_t set = H5Dcreate2(group, of->matrix, of->type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
        H5Dclose(set);
        H5Sclose(space);
        H5Gclose(group);
    }
    if (of->lookup != NULL) {
        const hid_t group = H5Gcreate2(file, "lookup", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        const hid_t space = H5Screate_simple(1, &three, NULL);
        const hid_t set = H5Dcreate2(group, of->lookup, H5T_NATIVE_INT, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        H5Dwrite(set, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, of->ids);
        H5Dclose(set);
        H5Sclose(space);
        H5Gclose(group);
    }
    H5Sclose(scalar);
    H5Fclose(file);
}

static bk_status
keep_row(void *state, size_t row, size_t n_columns, const double *value)
{
    memcpy((double *)state + row * n_columns, value, n_columns * sizeof *value);
    return BK_OK;
}

static void
what_is_written_is_read_back(void **state)
{
    omx_folder          folder;
    const double        cost[9] = {0.0, 1.0 / 3.0, INFINITY, 4.0, 0.0, 1e-300, 7.0, NAN, 0.0}, time[9] = {0.0};
    const bk_omx_matrix matrices[] = {{"cost", "least cost, min", cost}, {"a time", "", time}};
    bk_omx_contents     contents;
    const char *const  *ids;
    double              back[9];
    size_t              n_ids;
    (void)state;

    start(&folder);
    const char *path = bkt_path(folder.path, "skims.omx");
    assert_int_equal(bk_omx_write(folder.io.ctx, path, 3, 2, matrices, "zone_id", zones), BK_OK);
    assert_int_equal(bkt_folder_count(folder.path), 1); /* nothing temporary is left */
    assert_int_equal(bk_omx_contents_read(folder.io.ctx, path, &folder.io.arena, &contents), BK_OK);
    assert_int_equal(contents.n_rows, 3);
    assert_int_equal(contents.n_matrices, 2);
    assert_string_equal(contents.matrices[0], "a time");
    assert_string_equal(contents.lookups[0], "zone_id");
    assert_int_equal(bk_omx_matrix_read(folder.io.ctx, path, "cost", keep_row, back), BK_OK);
    for (size_t i = 0; i < 9; i++)
        assert_true(isfinite(cost[i]) ? back[i] == cost[i] : isnan(back[i]));
    assert_int_equal(bk_omx_lookup_read(folder.io.ctx, path, "zone_id", &folder.io.arena, &n_ids, &ids), BK_OK);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(ids[i], zones[i]);
    assert_int_equal(bk_omx_matrix_read(folder.io.ctx, path, "costs", keep_row, back), BK_ERR_REFERENCE);
    assert_string_equal(bk_error_get(folder.io.ctx, 0)->hint, "did you mean cost?");
    stop(&folder);
}

/* The rules of the format's validator, asked of HDF5 itself. */
static void
the_layout_is_that_of_the_format(void **state)
{
    omx_folder          folder;
    const double        cost[4] = {0.0, 1.0, 2.0, 0.0};
    const bk_omx_matrix matrix = {"cost", "", cost};
    const char *const   numbers[] = {"10", "20"};
    char                version[4] = "";
    int                 shape[2] = {0, 0}, ids[2] = {0, 0};
    hsize_t             chunk[2];
    (void)state;

    start(&folder);
    const char *path = bkt_path(folder.path, "skims.omx");
    assert_int_equal(bk_omx_write(folder.io.ctx, path, 2, 1, &matrix, "zone_id", numbers), BK_OK);
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    const hid_t attribute = H5Aopen(file, "OMX_VERSION", H5P_DEFAULT), type = H5Aget_type(attribute);
    assert_int_equal(H5Tget_size(type), 3);
    H5Aread(attribute, type, version);
    assert_string_equal(version, "0.2");
    const hid_t extent = H5Aopen(file, "SHAPE", H5P_DEFAULT), extent_type = H5Aget_type(extent);
    assert_true(H5Tequal(extent_type, H5T_STD_I32LE) > 0);
    H5Aread(extent, H5T_NATIVE_INT, shape);
    assert_true(shape[0] == 2 && shape[1] == 2);
    const hid_t set = H5Dopen2(file, "/data/cost", H5P_DEFAULT), how = H5Dget_create_plist(set);
    unsigned    flags, level;
    size_t      n_values = 1;
    assert_int_equal(H5Pget_chunk(how, 2, chunk), 2);
    assert_int_equal(H5Pget_nfilters(how), 1);
    assert_int_equal(H5Pget_filter2(how, 0, &flags, &n_values, &level, 0, NULL, NULL), H5Z_FILTER_DEFLATE);
    assert_int_equal(level, 1);
    assert_true(H5Aexists(set, "NA") > 0);
    const hid_t lookup = H5Dopen2(file, "/lookup/zone_id", H5P_DEFAULT), lookup_type = H5Dget_type(lookup);
    assert_int_equal(H5Tget_class(lookup_type), H5T_INTEGER);
    H5Dread(lookup, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, ids);
    assert_true(ids[0] == 10 && ids[1] == 20);
    H5Tclose(lookup_type), H5Dclose(lookup), H5Pclose(how), H5Dclose(set), H5Tclose(extent_type), H5Aclose(extent);
    H5Tclose(type), H5Aclose(attribute), H5Fclose(file);
    stop(&folder);
}

static void
the_same_matrices_are_the_same_bytes(void **state)
{
    omx_folder          folder;
    const double        cost[9] = {1.0, 2.0, 3.0};
    const bk_omx_matrix matrix = {"cost", "", cost};
    const char         *bytes[2];
    size_t              n[2];
    (void)state;

    start(&folder);
    for (int i = 0; i < 2; i++) {
        const char *path = bkt_path(folder.path, i == 0 ? "1.omx" : "2.omx");
        assert_int_equal(bk_omx_write(folder.io.ctx, path, 3, 1, &matrix, "zone_id", zones), BK_OK);
        FILE *file = fopen(path, "rb");
        assert_non_null(file);
        char *buffer = bk_arena_alloc(&folder.io.arena, 1 << 20, 1);
        n[i] = fread(buffer, 1, 1 << 20, file);
        bytes[i] = buffer;
        fclose(file);
    }
    assert_true(n[0] > 0 && n[0] == n[1]);
    assert_memory_equal(bytes[0], bytes[1], n[0]);
    stop(&folder);
}

static void
trips_go_by_the_ids_of_the_lookup(void **state)
{
    omx_folder            folder;
    const bk_road_demand *demand = NULL;
    const double          trips[9] = {0.0, 6.0, NAN, 0.0, 0.0, 0.0, 2.0, 0.0, 1.0};
    const char *const     other_order[] = {"x", "5", "7"};
    const bk_omx_matrix   matrix = {"car", "", trips};
    (void)state;

    start(&folder);
    const char *path = bkt_path(folder.path, "trips.omx");
    assert_int_equal(bk_omx_write(folder.io.ctx, path, 3, 1, &matrix, "zone", other_order), BK_OK);
    assert_int_equal(
        bk_omx_demand_read(folder.io.ctx, path, NULL, NULL, &folder.network, 2.0, &folder.io.arena, &demand), BK_OK);
    assert_int_equal(demand->first[3], 3);
    assert_int_equal(demand->first[1], 0); /* none from 5 */
    assert_int_equal(demand->first[2], 2); /* from 7: to x and to itself */
    assert_int_equal(demand->destination[0], 2);
    bkt_close(demand->volume[0], 4.0, 0, 0);
    assert_int_equal(demand->destination[2], 0); /* from x to 5 */
    bkt_close(demand->volume[2], 12.0, 0, 0);
    stop(&folder);
}

typedef struct refusal {
    plan        of;
    double      first; /* of the matrix, the rest 1 */
    const char *error;
} refusal;

static void
what_is_no_matrix_of_trips_is_refused_by_name(void **state)
{
    const refusal refusals[] = {
        {{NULL, {3, 3}, "car", H5T_NATIVE_DOUBLE, {3, 3}, NULL, {0}},
         1,
         "schema: the attribute OMX_VERSION is missing"},
        {{"0.2", {0, 0}, "car", H5T_NATIVE_DOUBLE, {3, 3}, NULL, {0}},
         1,
         "schema: the attribute SHAPE is not two whole numbers above 0"},
        {{"0.2", {-3, 3}, "car", H5T_NATIVE_DOUBLE, {3, 3}, NULL, {0}},
         1,
         "schema: the attribute SHAPE is not two whole numbers above 0"},
        {{"0.2", {3, 2000000}, "car", H5T_NATIVE_DOUBLE, {3, 3}, NULL, {0}},
         1,
         "value: SHAPE is 3 x 2000000, at most 1000000 are read"},
        {{"0.2", {3, 3}, NULL, H5T_NATIVE_DOUBLE, {3, 3}, NULL, {0}}, 1, "schema: the group /data is missing"},
        {{"0.2", {3, 3}, "car", H5T_NATIVE_DOUBLE, {3, 2}, NULL, {0}},
         1,
         "inconsistent: /data/car is 3 x 2, but SHAPE 3 x 3"},
        {{"0.2", {2, 3}, "car", H5T_NATIVE_DOUBLE, {2, 3}, NULL, {0}}, 1, "inconsistent: the matrices are 2 x 3"},
        {{"0.2", {2, 2}, "car", H5T_NATIVE_DOUBLE, {2, 2}, NULL, {0}},
         1,
         "inconsistent: the matrices have 2 rows, the network 3 zones"},
        {{"0.2", {2, 2}, "car", H5T_NATIVE_DOUBLE, {2, 2}, "zone", {5, 7, 8}},
         1,
         "schema: /lookup/zone is not as long as a side of the matrices"},
        {{"0.2", {3, 3}, "car", H5T_NATIVE_DOUBLE, {3, 3}, "zone", {5, 7, 5}},
         1,
         "duplicate: /lookup/zone has '5' twice"},
        {{"0.2", {3, 3}, "car", H5T_NATIVE_DOUBLE, {3, 3}, "zone", {8, 7, 5}},
         1,
         "reference: /data/car, row 1 (zone 8), column 1 (zone 8): there are trips of a zone that the network has not"},
        {{"0.2", {3, 3}, "car", H5T_NATIVE_DOUBLE, {3, 3}, NULL, {0}},
         -1,
         "value: /data/car, row 1 (zone -), column 1 (zone -): a volume must be a number of at least 0"},
        {{"0.2", {3, 3}, "car", H5T_NATIVE_DOUBLE, {3, 3}, NULL, {0}},
         INFINITY,
         "value: /data/car, row 1 (zone -), column 1 (zone -): a volume must be a number of at least 0"},
    };
    (void)state;

    for (size_t r = 0; r < sizeof refusals / sizeof *refusals; r++) {
        omx_folder            folder;
        const bk_road_demand *demand = NULL;
        double                values[9] = {refusals[r].first, 1, 1, 1, 1, 1, 1, 1, 1};
        start(&folder);
        const char *path = bkt_path(folder.path, "bad.omx");
        make(path, &refusals[r].of, values);
        assert_true(bk_omx_demand_read(folder.io.ctx, path, NULL, NULL, &folder.network, 1.0, &folder.io.arena,
                                       &demand) != BK_OK);
        assert_null(demand);
        assert_string_equal(bkt_error(folder.io.ctx, 0) + strlen(path) + 2, refusals[r].error);
        stop(&folder);
    }
}

/* ---- what others write --------------------------------------------------------------------------------------------
 */

/* A data set of one kind under /GROUP/NAME. */
static void
put_set(const char *path, const char *group, const char *name, hid_t type, int rank, const hsize_t *sizes,
        const void *values)
{
    const hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    const hid_t in = H5Lexists(file, group, H5P_DEFAULT) > 0
                         ? H5Gopen2(file, group, H5P_DEFAULT)
                         : H5Gcreate2(file, group, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t space = H5Screate_simple(rank, sizes, NULL);
    const hid_t set = H5Dcreate2(in, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);

    assert_true(H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
    H5Dclose(set), H5Sclose(space), H5Gclose(in), H5Fclose(file);
}

static hid_t
text_type(size_t width)
{
    const hid_t type = H5Tcopy(H5T_C_S1);

    H5Tset_size(type, width);
    H5Tset_strpad(type, H5T_STR_NULLPAD);
    return type;
}

static const plan   good = {"0.2", {3, 3}, "car", 0, {3, 3}, NULL, {0}};
static const double ones[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1};

static void
begin(omx_folder *folder, const char **path)
{
    plan of = good;

    start(folder);
    of.type = H5T_NATIVE_DOUBLE;
    *path = bk_arena_format(&folder->io.arena, "%s/it.omx", folder->path);
    make(*path, &of, ones);
}

static void
lookups_of_other_programs_are_read_or_refused(void **state)
{
    static const char    fixed[3][4] = {"5  ", "7", "x y "};
    static const char   *variable[3] = {"5", "seven", NULL};
    static const double  whole[3] = {5, -7, 9007199254740992.0}, broken[3] = {5, 7.5, 9}, wide[3] = {5, 7, 1e17};
    static const char    wider[3][5000];
    static const hsize_t three[2] = {3, 1}, four = 4;
    static const double  four_values[4];
    const hid_t          texts = text_type(4), variables = text_type(H5T_VARIABLE), widest = text_type(5000);
    const hid_t          opaque = H5Tcreate(H5T_OPAQUE, 8);
    const struct {
        const char    *name;
        hid_t          type;
        int            rank;
        const hsize_t *sizes;
        const void    *values;
        const char    *ids; /* with blanks between, or NULL: */
        const char    *error;
    } lookups[] = {
        {"fixed", texts, 1, three, fixed, "5|7|x y|", NULL},
        {"variable", variables, 1, three, variable, "5|seven||", NULL},
        {"whole", H5T_NATIVE_DOUBLE, 1, three, whole, "5|-7|9007199254740992|", NULL},
        {"broken", H5T_NATIVE_DOUBLE, 1, three, broken, NULL,
         "schema: /lookup/broken holds a number that is not whole"},
        {"wide", H5T_NATIVE_DOUBLE, 1, three, wide, NULL, "schema: /lookup/wide holds a number that is not whole"},
        {"wider", widest, 1, three, wider, NULL, "schema: /lookup/wider holds strings of a width that is not read"},
        {"table", H5T_NATIVE_DOUBLE, 2, three, whole, NULL, "schema: /lookup/table is no list"},
        {"long", H5T_NATIVE_DOUBLE, 1, &four, four_values, NULL,
         "schema: /lookup/long is not as long as a side of the matrices"},
        {"opaque", opaque, 1, three, whole, NULL, "schema: /lookup/opaque holds neither numbers nor strings"},
    };
    omx_folder  folder;
    const char *path;
    (void)state;

    begin(&folder, &path);
    for (size_t l = 0; l < sizeof lookups / sizeof *lookups; l++)
        put_set(path, "lookup", lookups[l].name, lookups[l].type, lookups[l].rank, lookups[l].sizes, lookups[l].values);
    for (size_t l = 0; l < sizeof lookups / sizeof *lookups; l++) {
        const char *const *ids;
        char               joined[100] = "";
        size_t             n;
        bk_error_clear(folder.io.ctx);
        const bk_status status = bk_omx_lookup_read(folder.io.ctx, path, lookups[l].name, &folder.io.arena, &n, &ids);
        assert_int_equal(status == BK_OK, lookups[l].error == NULL);
        if (status != BK_OK) {
            assert_string_equal(bkt_error(folder.io.ctx, 0) + strlen(path) + 2, lookups[l].error);
            continue;
        }
        for (size_t i = 0; i < n; i++)
            snprintf(joined + strlen(joined), sizeof joined - strlen(joined), "%s|", ids[i]);
        assert_string_equal(joined, lookups[l].ids);
    }
    H5Tclose(texts), H5Tclose(variables), H5Tclose(widest), H5Tclose(opaque);
    stop(&folder);
}

static void
matrices_of_other_programs_are_read_or_refused(void **state)
{
    static const char    letters[3][3];
    static const hsize_t square[2] = {3, 3};
    static const int     whole[9] = {1, 2, 3};
    const hid_t          text = text_type(1);
    const struct {
        const char *name;
        hid_t       type;
        int         rank;
        const void *values;
        const char *error; /* NULL: read */
    } matrices[] = {
        {"whole", H5T_NATIVE_INT, 2, whole, NULL},
        {"text", text, 2, letters, "schema: /data/text does not hold numbers"},
        {"row", H5T_NATIVE_DOUBLE, 1, ones, "schema: /data/row is no matrix"},
        {"cra", 0, 0, NULL, "reference: there is no 'cra' in /data"},
    };
    const bk_road_demand *demand;
    omx_folder            folder;
    const char           *path;
    (void)state;

    begin(&folder, &path);
    for (size_t m = 0; m < sizeof matrices / sizeof *matrices; m++)
        if (matrices[m].rank > 0)
            put_set(path, "data", matrices[m].name, matrices[m].type, matrices[m].rank, square, matrices[m].values);
    for (size_t m = 0; m < sizeof matrices / sizeof *matrices; m++) {
        double back[9] = {0};
        bk_error_clear(folder.io.ctx);
        const bk_status status = bk_omx_matrix_read(folder.io.ctx, path, matrices[m].name, keep_row, back);
        if (matrices[m].error == NULL)
            bkt_close(back[2], 3.0, 0, 0);
        else
            assert_string_equal(bkt_error(folder.io.ctx, 0) + strlen(path) + 2, matrices[m].error);
        assert_int_equal(status == BK_OK, matrices[m].error == NULL);
    }
    assert_string_equal(bk_error_get(folder.io.ctx, 0)->hint, "did you mean car?");
    bk_error_clear(folder.io.ctx);
    assert_int_equal(
        bk_omx_demand_read(folder.io.ctx, path, NULL, NULL, &folder.network, 1.0, &folder.io.arena, &demand),
        BK_ERR_USAGE);
    assert_string_equal(bkt_error(folder.io.ctx, 0) + strlen(path) + 2, "usage: there are 4 matrices");
    assert_string_equal(bk_error_get(folder.io.ctx, 0)->hint, "say which by --matrix: car, row, text, whole");
    H5Tclose(text);
    stop(&folder);
}

/* NA as a text, as two numbers, as one that some cells have. */
static void
the_number_for_a_missing_cell_is_that_of_the_matrix(void **state)
{
    static const char    letter[1] = {'-'};
    static const double  values[2] = {1, 2};
    static const hsize_t sizes[] = {1, 2};
    omx_folder           folder;
    const char          *path;
    (void)state;

    begin(&folder, &path);
    for (int kind = 0; kind < 3; kind++) {
        double      back[9] = {0};
        const hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT), set = H5Dopen2(file, "/data/car", H5P_DEFAULT);
        const hid_t type = kind == 0 ? text_type(1) : H5Tcopy(H5T_NATIVE_DOUBLE);
        const hid_t space = H5Screate_simple(1, &sizes[kind == 1], NULL);
        if (kind > 0)
            H5Adelete(set, "NA");
        const hid_t attribute = H5Acreate2(set, "NA", type, space, H5P_DEFAULT, H5P_DEFAULT);
        assert_true(H5Awrite(attribute, type, kind == 0 ? (const void *)letter : values) >= 0);
        H5Aclose(attribute), H5Sclose(space), H5Tclose(type), H5Dclose(set), H5Fclose(file);
        assert_int_equal(bk_omx_matrix_read(folder.io.ctx, path, "car", keep_row, back), BK_OK);
        assert_int_equal(isnan(back[4]), kind == 2);
    }
    stop(&folder);
}

static void
other_files_are_no_omx(void **state)
{
    omx_folder      folder;
    bk_omx_contents contents;
    (void)state;

    start(&folder);
    const char *path = bkt_path(folder.path, "text.omx");
    bkt_file_put_text(folder.path, "text.omx", "o,d\n1,2\n");
    assert_int_equal(bk_omx_contents_read(folder.io.ctx, path, &folder.io.arena, &contents), BK_ERR_SYNTAX);
    assert_int_equal(bk_omx_contents_read(folder.io.ctx, folder.path, &folder.io.arena, &contents), BK_ERR_FILE);
    assert_int_equal(
        bk_omx_contents_read(folder.io.ctx, bkt_path(folder.path, "none.omx"), &folder.io.arena, &contents),
        BK_ERR_FILE);
    stop(&folder);
}

static void
a_file_cut_off_anywhere_is_refused_or_whole(void **state)
{
    omx_folder          folder;
    const double        cost[9] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0};
    const bk_omx_matrix matrix = {"cost", "", cost};
    static char         bytes[1 << 16];
    (void)state;

    start(&folder);
    const char *path = bkt_path(folder.path, "cut.omx");
    assert_int_equal(bk_omx_write(folder.io.ctx, path, 3, 1, &matrix, "zone_id", zones), BK_OK);
    FILE        *file = fopen(path, "rb");
    const size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_true(n > 100 && n < sizeof bytes);
    for (size_t cut = 0; cut < n; cut += 97) {
        double back[9];
        bkt_file_put(folder.path, "cut.omx", bytes, cut);
        assert_true(bk_omx_matrix_read(folder.io.ctx, path, "cost", keep_row, back) != BK_OK);
    }
    stop(&folder);
}

static void
a_lack_of_memory_is_an_error_and_nothing_is_lost(void **state)
{
    omx_folder          folder;
    const double        trips[9] = {0.0, 1.0, 2.0, 3.0, 0.0, 5.0, 6.0, 7.0, 0.0};
    const bk_omx_matrix matrix = {"car", "", trips};
    bool                done = false;
    (void)state;

    start(&folder);
    const char *path = bkt_path(folder.path, "trips.omx");
    for (size_t n = 1; !done; n++) {
        bkt_io                io;
        const bk_road_demand *demand = NULL;
        bkt_io_start(&io);
        bkt_io_fail_at(&io, n);
        bk_status status = bk_omx_write(io.ctx, path, 3, 1, &matrix, "zone_id", zones);
        if (status == BK_OK)
            status = bk_omx_demand_read(io.ctx, path, NULL, NULL, &folder.network, 1.0, &io.arena, &demand);
        done = !bkt_io_has_failed(&io);
        assert_true(status == BK_OK || (!done && status == BK_ERR_NO_MEMORY));
        bkt_io_stop(&io);
    }
    assert_int_equal(bkt_folder_count(folder.path), 1);
    stop(&folder);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(the_layout_is_that_of_the_format),
        cmocka_unit_test(the_same_matrices_are_the_same_bytes),
        cmocka_unit_test(trips_go_by_the_ids_of_the_lookup),
        cmocka_unit_test(what_is_no_matrix_of_trips_is_refused_by_name),
        cmocka_unit_test(lookups_of_other_programs_are_read_or_refused),
        cmocka_unit_test(matrices_of_other_programs_are_read_or_refused),
        cmocka_unit_test(the_number_for_a_missing_cell_is_that_of_the_matrix),
        cmocka_unit_test(other_files_are_no_omx),
        cmocka_unit_test(a_file_cut_off_anywhere_is_refused_or_whole),
        cmocka_unit_test(a_lack_of_memory_is_an_error_and_nothing_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
