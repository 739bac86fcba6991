# SPDX-FileCopyrightText: 2026 The gimp-personalize authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sizes of pz-tiny: every config.json of the model folder, as Python dictionaries."""

VOCABULARY = 3072
TOKENS = 32
WIDTH = 256  # of the text encoder, hence also of words and local features
IMAGE_WIDTH = 128

VAE = {
    "_class_name": "AutoencoderTiny",
    "in_channels": 3,
    "out_channels": 3,
    "encoder_block_out_channels": [32, 32, 32, 32, 32],
    "decoder_block_out_channels": [32, 32, 32, 32, 32],
    "num_encoder_blocks": [0, 0, 0, 0, 0],
    "num_decoder_blocks": [3, 3, 2, 1, 0],
    "latent_channels": 16,
    "upsampling_scaling_factor": 2,
    "act_fn": "relu",
    "latent_magnitude": 3,
    "latent_shift": 0.5,
    "force_upcast": False,
    "scaling_factor": 1.0,
}

TEXT = {
    "architectures": ["CLIPTextModel"],
    "model_type": "clip_text_model",
    "vocab_size": VOCABULARY,
    "hidden_size": WIDTH,
    "intermediate_size": 2 * WIDTH,
    "projection_dim": WIDTH,
    "num_hidden_layers": 4,
    "num_attention_heads": 8,
    "max_position_embeddings": TOKENS,
    "hidden_act": "quick_gelu",
    "layer_norm_eps": 1e-5,
    "bos_token_id": VOCABULARY - 2,
    "eos_token_id": VOCABULARY - 1,
    "pad_token_id": VOCABULARY - 1,
}

IMAGE = {
    "architectures": ["CLIPVisionModel"],
    "model_type": "clip_vision_model",
    "hidden_size": IMAGE_WIDTH,
    "intermediate_size": 4 * IMAGE_WIDTH,
    "projection_dim": IMAGE_WIDTH,
    "num_hidden_layers": 6,
    "num_attention_heads": 4,
    "num_channels": 3,
    "image_size": 128,
    "patch_size": 8,
    "hidden_act": "quick_gelu",
    "layer_norm_eps": 1e-5,
}

FEATURE_LAYERS = [6, 1, 2, 3, 4]
IMAGE_MEAN = [0.48145466, 0.4578275, 0.40821073]
IMAGE_STD = [0.26862954, 0.26130258, 0.27577711]

UNET = {
    "_class_name": "UNet2DConditionModel",
    "sample_size": 16,
    "in_channels": 16,
    "out_channels": 16,
    "center_input_sample": False,
    "flip_sin_to_cos": True,
    "freq_shift": 0,
    "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
    "mid_block_type": "UNetMidBlock2DCrossAttn",
    "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"],
    "block_out_channels": [64, 128, 128],
    "layers_per_block": 1,
    "downsample_padding": 1,
    "mid_block_scale_factor": 1,
    "act_fn": "silu",
    "norm_num_groups": 32,
    "norm_eps": 1e-5,
    "cross_attention_dim": WIDTH,
    "attention_head_dim": [4, 8, 8],
    "use_linear_projection": False,
}

SCHEDULER = {
    "_class_name": "DPMSolverMultistepScheduler",
    "algorithm_type": "dpmsolver++",
    "solver_order": 2,
    "num_train_timesteps": 1000,
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "beta_schedule": "scaled_linear",
    "prediction_type": "v_prediction",
    "timestep_spacing": "trailing",
    "steps_offset": 1,
    "set_alpha_to_one": False,
}
# SCHEDULER with the changes that distill.py makes.
LCM_SCHEDULER = {**SCHEDULER, "_class_name": "LCMScheduler", "original_inference_steps": 50, "timestep_scaling": 10.0}
