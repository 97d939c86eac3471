package raster

// look is one texture of the library: the name and variant of the original,
// its size in pixels, the mean and the standard deviation of its channels,
// and what paints ours.
type look struct {
	name          string
	variant       int
	width, height int
	mean, std     [3]float64
	paint         func(*canvas, int)
}

// looks are sorted by name and variant. Measured from the original's files,
// which are not copied: the recipes are ours.
var looks = []look{
	{"airduct_grate", 1, 512, 512, [3]float64{164, 162, 157}, [3]float64{60, 62, 63}, louvres},
	{"asphalt", 1, 512, 512, [3]float64{108, 110, 111}, [3]float64{26, 27, 26}, speckle},
	{"brick_wall", 1, 1024, 1024, [3]float64{126, 97, 84}, [3]float64{14, 21, 21}, bricks},
	{"cardboard", 1, 512, 512, [3]float64{187, 155, 107}, [3]float64{10, 11, 12}, corrugated},
	{"cardboard", 2, 512, 512, [3]float64{187, 155, 107}, [3]float64{10, 11, 12}, corrugated},
	{"cardboard", 3, 1024, 1024, [3]float64{183, 176, 161}, [3]float64{11, 12, 13}, corrugated},
	{"cardboard", 4, 256, 256, [3]float64{216, 184, 152}, [3]float64{7, 7, 7}, corrugated},
	{"ceiling_tile_noborder", 1, 512, 512, [3]float64{217, 217, 217}, [3]float64{30, 30, 30}, pitted},
	{"ceiling_tiles", 1, 512, 512, [3]float64{211, 208, 204}, [3]float64{33, 32, 32}, panels},
	{"cinder_blocks", 1, 1024, 1024, [3]float64{115, 114, 108}, [3]float64{14, 15, 15}, blocks},
	{"concrete", 1, 512, 512, [3]float64{153, 152, 148}, [3]float64{6, 6, 6}, concrete},
	{"concrete", 2, 512, 512, [3]float64{133, 133, 133}, [3]float64{5, 5, 5}, concrete},
	{"concrete", 3, 768, 768, [3]float64{176, 176, 176}, [3]float64{5, 5, 5}, concrete},
	{"concrete", 4, 512, 512, [3]float64{133, 133, 133}, [3]float64{2, 2, 2}, concrete},
	{"concrete_tiles", 1, 768, 768, [3]float64{161, 161, 161}, [3]float64{8, 8, 9}, slabs},
	{"door_doom", 1, 1024, 1024, [3]float64{121, 121, 121}, [3]float64{22, 22, 22}, metalDoor},
	{"door_doom", 2, 1024, 1024, [3]float64{122, 122, 122}, [3]float64{20, 20, 20}, metalDoor},
	{"door_garage_red", 1, 1024, 1024, [3]float64{209, 83, 85}, [3]float64{26, 18, 16}, garageDoor},
	{"door_garage_white", 1, 1024, 1024, [3]float64{221, 223, 224}, [3]float64{16, 16, 17}, garageDoor},
	{"door_steel_brown", 1, 600, 1127, [3]float64{104, 90, 95}, [3]float64{21, 20, 20}, steelDoor},
	{"door_steel_grey", 1, 512, 1024, [3]float64{126, 139, 153}, [3]float64{16, 17, 19}, steelDoor},
	{"door_steel_red", 1, 512, 1024, [3]float64{198, 115, 104}, [3]float64{10, 15, 17}, steelDoor},
	{"drywall", 1, 512, 512, [3]float64{213, 214, 215}, [3]float64{6, 5, 5}, flat},
	{"floor_tiles_bw", 1, 512, 512, [3]float64{134, 132, 129}, [3]float64{86, 85, 83}, checkers},
	{"floor_tiles_white", 1, 512, 512, [3]float64{228, 227, 227}, [3]float64{20, 20, 20}, whiteTiles},
	{"grass", 1, 1024, 1024, [3]float64{96, 126, 46}, [3]float64{33, 41, 19}, grass},
	{"grass", 2, 1024, 1024, [3]float64{66, 91, 36}, [3]float64{20, 24, 12}, grass},
	{"lava", 1, 512, 512, [3]float64{223, 101, 22}, [3]float64{29, 67, 13}, lava},
	{"lava", 2, 512, 512, [3]float64{206, 62, 24}, [3]float64{41, 41, 10}, lava},
	{"logo_mila", 1, 1024, 510, [3]float64{219, 219, 219}, [3]float64{80, 80, 80}, logo},
	{"marble", 1, 512, 512, [3]float64{189, 188, 184}, [3]float64{20, 20, 18}, marble},
	{"marble", 2, 512, 512, [3]float64{184, 184, 184}, [3]float64{12, 12, 12}, marble},
	{"metal_grill", 1, 512, 512, [3]float64{126, 133, 138}, [3]float64{31, 32, 33}, grill},
	{"metal_grill", 2, 1024, 1024, [3]float64{118, 121, 119}, [3]float64{81, 83, 82}, grill},
	{"picket_fence", 1, 438, 652, [3]float64{192, 191, 188}, [3]float64{32, 33, 35}, fence},
	{"rock", 1, 1024, 1024, [3]float64{115, 117, 115}, [3]float64{31, 31, 32}, rock},
	{"slime", 1, 512, 512, [3]float64{126, 172, 11}, [3]float64{13, 15, 5}, slime},
	{"stucco", 1, 512, 512, [3]float64{194, 194, 192}, [3]float64{19, 19, 19}, stucco},
	{"water", 1, 512, 512, [3]float64{31, 152, 189}, [3]float64{39, 38, 21}, water},
	{"water", 2, 512, 512, [3]float64{35, 160, 193}, [3]float64{38, 34, 19}, water},
	{"water", 3, 512, 512, [3]float64{24, 150, 187}, [3]float64{28, 31, 16}, water},
	{"white", 1, 32, 32, [3]float64{255, 255, 255}, [3]float64{0, 0, 0}, flat},
	{"wood", 1, 512, 512, [3]float64{154, 112, 66}, [3]float64{12, 12, 8}, wood},
	{"wood", 2, 512, 512, [3]float64{190, 158, 102}, [3]float64{6, 8, 8}, wood},
	{"wood_planks", 1, 1024, 1024, [3]float64{110, 84, 65}, [3]float64{28, 23, 20}, planks},
}
